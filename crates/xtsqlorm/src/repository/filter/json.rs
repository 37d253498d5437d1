//! Filters as JSON.

use sea_orm::Value;
use serde_json::{Map, Number, Value as Json};

use super::{
    Filter, Given, Limits,
    operator::{Operator, subject},
};
use crate::error::{Error, Result};

impl Filter {
    /// The filter that a JSON object says: `{"age": {"gte": 18}, "or": [{..}, {..}], "not": {..}}`.
    ///
    /// All that stands in an object must hold. A column has a value that it must equal, a list of
    /// which it must be one, or an object of operators. A list of objects is an OR of them. The
    /// [module](super) lists the operators. A column that is called `and`, `or` or `not` cannot be
    /// named in JSON.
    ///
    /// Names of columns are checked when the filter is used, and not against any list of what is
    /// allowed: [`QueryRules::filter_from_json`](crate::repository::QueryRules::filter_from_json)
    /// does that for filters from outside. At most 8 levels, 50 comparisons, 500 values in each, and
    /// texts of 1,000 characters.
    ///
    /// ```
    /// use serde_json::json;
    /// use xtsqlorm::repository::Filter;
    ///
    /// let one = Filter::from_json(&json!({ "age": { "gte": 18 }, "name": { "icontains": "bob" } }))?;
    /// let or = Filter::from_json(&json!([{ "age": 18, "name": "Bob" }, { "age": null }]))?;
    /// # let _ = (one, or);
    /// let typo = Filter::from_json(&json!({ "age": { "gt_e": 18 } })).unwrap_err();
    /// assert_eq!(
    ///     typo.to_string(),
    ///     "filter.age.gt_e: there is no such operator; did you mean `gte`?"
    /// );
    /// # Ok::<(), xtsqlorm::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::InvalidInput`] for what is no filter, an unknown operator, and too much of anything.
    pub fn from_json(filter: &Json) -> Result<Self> {
        Self::from_json_within(filter, Limits::default(), &|_| Ok(()))
    }

    /// The same within these limits, and with columns that `allowed` accepts.
    pub(crate) fn from_json_within(
        filter: &Json,
        limits: Limits,
        allowed: &dyn Fn(&str) -> Result<()>,
    ) -> Result<Self> {
        let mut reader = Reader {
            limits,
            allowed,
            comparisons: 0,
        };
        reader.filter(filter, 1)
    }
}

struct Reader<'a> {
    limits: Limits,
    allowed: &'a dyn Fn(&str) -> Result<()>,
    comparisons: usize,
}

impl Reader<'_> {
    fn filter(&mut self, json: &Json, depth: usize) -> Result<Filter> {
        self.limits.check_depth(depth)?;
        match json {
            Json::Object(fields) => self.object(fields, depth),
            Json::Array(filters) => Ok(Filter::any(self.list(filters, depth)?)),
            _ => Err(Error::invalid(
                "filter",
                format!("{} is no filter", kind(json)),
                "give an object with a field for each column, or a list of such objects",
            )),
        }
    }

    fn object(&mut self, fields: &Map<String, Json>, depth: usize) -> Result<Filter> {
        let mut all = Vec::with_capacity(fields.len());
        for (name, json) in fields {
            match (name.as_str(), json) {
                ("and", Json::Array(filters)) => {
                    all.push(Filter::all(self.list(filters, depth)?));
                }
                ("or", Json::Array(filters)) => {
                    all.push(Filter::any(self.list(filters, depth)?));
                }
                ("and" | "or", _) => {
                    return Err(Error::invalid(
                        subject(name),
                        format!("{} is no list of filters", kind(json)),
                        "give a list of objects",
                    ));
                }
                ("not", json) => all.push(self.filter(json, depth + 1)?.not()),
                (column, json) => self.column(column, json, &mut all)?,
            }
        }
        Ok(Filter::all(all))
    }

    fn list(&mut self, filters: &[Json], depth: usize) -> Result<Vec<Filter>> {
        let filter = |filter: &Json| self.filter(filter, depth + 1);
        filters.iter().map(filter).collect()
    }

    fn column(&mut self, column: &str, json: &Json, all: &mut Vec<Filter>) -> Result<()> {
        (self.allowed)(column)?;
        match json {
            Json::Object(operators) if operators.is_empty() => Err(Error::invalid(
                subject(column),
                "there is no operator",
                "give one, such as {\"eq\": ..}",
            )),
            Json::Object(operators) => {
                for (name, json) in operators {
                    let operator = Operator::require(column, name)?;
                    all.push(self.compare(column, operator, json)?);
                }
                Ok(())
            }
            Json::Array(_) => {
                all.push(self.compare(column, Operator::In, json)?);
                Ok(())
            }
            json => {
                all.push(self.compare(column, Operator::Equal, json)?);
                Ok(())
            }
        }
    }

    fn compare(&mut self, column: &str, operator: Operator, json: &Json) -> Result<Filter> {
        self.comparisons += 1;
        self.limits.check_comparisons(self.comparisons)?;
        let wrong = |expected: &str| {
            Error::invalid(
                subject(column),
                format!("{} does not suit the operator", kind(json)),
                format!("give {expected}"),
            )
        };
        let (operator, values) = match (operator, json) {
            (Operator::Null, Json::Bool(true)) => (Operator::Null, Vec::new()),
            (Operator::Null, Json::Bool(false)) => (Operator::NotNull, Vec::new()),
            (Operator::Null | Operator::NotNull, _) => return Err(wrong("true or false")),
            (Operator::In | Operator::NotIn, Json::Array(items)) => {
                self.limits.check_values(column, items.len())?;
                (operator, items.iter().collect())
            }
            (Operator::In | Operator::NotIn, _) => return Err(wrong("a list")),
            (Operator::Between, Json::Array(items)) if items.len() == 2 => {
                (operator, items.iter().collect())
            }
            (Operator::Between, _) => return Err(wrong("a list of two values")),
            (Operator::Search(..), Json::String(_)) => (operator, vec![json]),
            (Operator::Search(..), _) => return Err(wrong("a text")),
            _ => (operator, vec![json]),
        };
        let values = values.into_iter().map(|json| {
            match json {
                Json::String(text) => self.limits.check_text(column, text)?,
                Json::Array(_) | Json::Object(_) => {
                    self.limits.check_text(column, &json.to_string())?;
                }
                _ => {}
            }
            Ok(Given::Value(value_of(json)))
        });
        let values = values.collect::<Result<_>>()?;
        Ok(Filter::compare(column.to_owned(), operator, values))
    }
}

/// The value as it is; which type the column has is seen to later.
fn value_of(json: &Json) -> Value {
    match json {
        Json::Null => Value::String(None),
        Json::Bool(truth) => (*truth).into(),
        Json::Number(number) => number_of(number),
        Json::String(text) => text.clone().into(),
        Json::Array(_) | Json::Object(_) => json.clone().into(),
    }
}

fn number_of(number: &Number) -> Value {
    match (number.as_i64(), number.as_u64()) {
        (Some(number), _) => number.into(),
        (None, Some(number)) => number.into(),
        (None, None) => number.as_f64().into(),
    }
}

/// What a JSON value is, without the value.
fn kind(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "a truth value",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
