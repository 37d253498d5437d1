//! Reads query strings.

use std::collections::HashSet;

use percent_encoding::percent_decode;

use super::{ListQuery, QueryRules, SortKey};
use crate::{
    error::{Error, Result},
    repository::{
        Filter,
        filter::{Given, Operator, subject},
    },
};

/// Bytes of a query string; servers and proxies refuse a URL of that length, too.
const MAX_LENGTH: usize = 16 * 1024;

pub(super) fn list_query(query: &str, rules: &QueryRules) -> Result<ListQuery> {
    if query.len() > MAX_LENGTH {
        return Err(refused(
            format!("more than {MAX_LENGTH} bytes are too many"),
            "ask for less at once",
        ));
    }
    let mut reader = Reader {
        rules,
        comparisons: Vec::new(),
        sort: None,
        page: None,
        size: None,
        after: None,
        before: None,
    };
    let mut seen = HashSet::new();
    let query = query.strip_prefix('?').unwrap_or(query);
    for field in query.split('&').filter(|field| !field.is_empty()) {
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        let (name, value) = (decoded(name)?, decoded(value)?);
        if !seen.insert(name.clone()) {
            return Err(Error::invalid(
                subject(&name),
                "the field comes twice",
                "give it once; `in` and `between` take several values with commas between them",
            ));
        }
        reader.field(&name, value)?;
    }
    reader.end()
}

struct Reader<'a> {
    rules: &'a QueryRules,
    comparisons: Vec<Filter>,
    sort: Option<Vec<SortKey>>,
    page: Option<u64>,
    size: Option<u64>,
    after: Option<String>,
    before: Option<String>,
}

impl Reader<'_> {
    fn field(&mut self, name: &str, value: String) -> Result<()> {
        match name {
            "sort" => self.sort = Some(self.sort(&value)?),
            "page" => self.page = Some(counted("page", &value)?),
            "size" => self.size = Some(counted("size", &value)?),
            "after" => self.after = Some(value),
            "before" => self.before = Some(value),
            name => {
                let filter = self.comparison(name, &value)?;
                self.comparisons.push(filter);
                let count = self.comparisons.len();
                self.rules.limits.check_comparisons(count)?;
            }
        }
        Ok(())
    }

    fn comparison(&self, name: &str, value: &str) -> Result<Filter> {
        let (column, operator) = self.column_and_operator(name)?;
        let limits = self.rules.limits;
        let (operator, values) = match operator {
            Operator::Null => match value {
                "true" | "1" => (Operator::Null, Vec::new()),
                "false" | "0" => (Operator::NotNull, Vec::new()),
                _ => {
                    return Err(Error::invalid(
                        subject(name),
                        "it is neither true nor false",
                        "give one of them",
                    ));
                }
            },
            Operator::In | Operator::NotIn => (operator, items(value)),
            Operator::Between => {
                let ends = items(value);
                if ends.len() != 2 {
                    return Err(Error::invalid(
                        subject(name),
                        format!("{} values are given, not 2", ends.len()),
                        "give the least and the greatest, with a comma between them",
                    ));
                }
                (operator, ends)
            }
            _ => (operator, vec![value.to_owned()]),
        };
        limits.check_values(column, values.len())?;
        for value in &values {
            limits.check_text(column, value)?;
        }
        let values = values.into_iter().map(Given::Written).collect();
        Ok(Filter::compare(column.to_owned(), operator, values))
    }

    /// `age__gte`, or `age` alone; the name of a column may itself have two underscores in it.
    fn column_and_operator<'n>(&self, name: &'n str) -> Result<(&'n str, Operator)> {
        let Some((column, operator)) = name.rsplit_once("__") else {
            self.rules.check_filterable(name)?;
            return Ok((name, Operator::Equal));
        };
        if let Some(operator) = Operator::named(operator) {
            self.rules.check_filterable(column)?;
            return Ok((column, operator));
        }
        if self.rules.is_filterable(name) && !self.rules.is_filterable(column) {
            return Ok((name, Operator::Equal));
        }
        self.rules.check_filterable(column)?;
        Ok((column, Operator::require(column, operator)?))
    }

    fn sort(&self, value: &str) -> Result<Vec<SortKey>> {
        let mut keys: Vec<SortKey> = Vec::new();
        for part in value.split(',').filter(|part| !part.is_empty()) {
            let key = SortKey::read(part);
            self.rules.check_sortable(&key.column)?;
            if keys.iter().any(|other| other.column == key.column) {
                return Err(Error::invalid(
                    "sort",
                    "a field comes twice",
                    "name each field once",
                ));
            }
            keys.push(key);
            self.rules.limits.check_comparisons(keys.len())?;
        }
        Ok(keys)
    }

    fn end(self) -> Result<ListQuery> {
        let rules = self.rules;
        let size = self.size.unwrap_or(rules.default_size);
        if size > rules.max_size && self.size.is_some() {
            return Err(Error::invalid(
                "size",
                format!("a page has at most {} rows", rules.max_size),
                "ask for fewer, and for the next page",
            ));
        }
        let by_token = self.after.is_some() || self.before.is_some();
        if by_token && (self.page.is_some() || (self.after.is_some() && self.before.is_some())) {
            return Err(refused(
                "`page`, `after` and `before` each say which page is wanted",
                "give one of them",
            ));
        }
        let page = self.page.unwrap_or(1);
        if (page - 1)
            .checked_mul(size)
            .is_none_or(|rows| i64::try_from(rows).is_err())
        {
            return Err(Error::invalid(
                "page",
                "no list has so many pages",
                "give a smaller number",
            ));
        }
        Ok(ListQuery {
            filter: Filter::all(self.comparisons),
            sort: self.sort.unwrap_or_else(|| rules.default_sort.clone()),
            page,
            size,
            after: self.after,
            before: self.before,
        })
    }
}

/// Plus signs are spaces, as forms write them.
fn decoded(text: &str) -> Result<String> {
    let bytes = text.as_bytes();
    let is_cut = |(place, byte): (usize, &u8)| {
        let digits = bytes.get(place + 1..place + 3);
        *byte == b'%' && !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    let spaced = text.replace('+', " ");
    let decoded = percent_decode(spaced.as_bytes()).decode_utf8();
    match decoded {
        Ok(decoded) if !bytes.iter().enumerate().any(is_cut) => Ok(decoded.into_owned()),
        _ => Err(refused(
            "it is not UTF-8 with percent signs before two hexadecimal digits",
            "encode names and values",
        )),
    }
}

/// The values between commas.
fn items(text: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let letter = match letter {
            ',' => {
                items.push(String::new());
                continue;
            }
            '\\' => letters.next().unwrap_or('\\'),
            letter => letter,
        };
        if let Some(item) = items.last_mut() {
            item.push(letter);
        }
    }
    items
}

/// A number from 1.
fn counted(name: &str, value: &str) -> Result<u64> {
    match value.parse() {
        Ok(0) | Err(_) => Err(Error::invalid(
            name,
            "it is no whole number from 1 on",
            "pages and their rows are counted from 1",
        )),
        Ok(number) => Ok(number),
    }
}

fn refused(problem: impl Into<String>, remedy: &str) -> Error {
    Error::invalid("query string", problem, remedy)
}
