//! A filter becomes the condition of a statement.

use sea_orm::{
    Condition, DbBackend, Value,
    sea_query::{Expr, ExprTrait, Func, LikeExpr},
};

use super::{Case, Filter, Given, Node, Operator, Place};
use crate::{
    error::Result,
    repository::{Held, Refusal, value},
};

/// What a filter is resolved against: the columns of one table.
pub(crate) trait Target {
    /// The column of that name.
    fn compared(&self, name: &str) -> Result<Box<dyn Compared + '_>>;
}

/// A column as a condition needs it.
pub(crate) trait Compared {
    /// `table.column`, for messages.
    fn subject(&self) -> String;

    /// How the column's values are held.
    fn held(&self) -> Held<'_>;

    /// The column in a condition.
    fn left(&self) -> Expr;

    /// The column as text to be searched in.
    fn searched(&self) -> Result<Expr, Refusal>;

    /// A value that is not NULL and that the column is compared with, checked.
    fn bind(&self, value: Value) -> Result<Expr, Refusal>;
}

impl Filter {
    /// The condition for a statement on `target`; an empty one where nothing was said that leaves
    /// out any row, so that a write can refuse it.
    pub(crate) fn resolve(self, target: &dyn Target) -> Result<Condition> {
        match self.constant() {
            Some(true) => Ok(Condition::all()),
            _ => self.part(target),
        }
    }

    /// The same as a part of another condition, where an empty one would be left out.
    fn part(self, target: &dyn Target) -> Result<Condition> {
        if let Some(always) = self.constant() {
            return Ok(Condition::all().add(Expr::value(always)));
        }
        let together = |condition: Condition, filters: Vec<Self>| {
            filters
                .into_iter()
                .try_fold(condition, |all, filter| Ok(all.add(filter.part(target)?)))
        };
        match self.0 {
            Node::Sql(condition) => Ok(condition),
            Node::All(filters) => together(Condition::all(), filters),
            Node::Any(filters) => together(Condition::any(), filters),
            Node::Not(filter) => Ok(Condition::all().add(filter.part(target)?).not()),
            Node::Compare {
                column,
                operator,
                values,
            } => {
                let column = target.compared(&column)?;
                let condition = compare(column.as_ref(), operator, values);
                condition.map_err(|refusal| refusal.of(column.subject()))
            }
        }
    }

    /// What it says of every row alike, where nothing is compared in it.
    fn constant(&self) -> Option<bool> {
        if !self.is_empty() {
            return None;
        }
        match &self.0 {
            Node::Any(filters) => {
                Some(filters.iter().any(|filter| filter.constant() == Some(true)))
            }
            Node::All(filters) => {
                Some(filters.iter().all(|filter| filter.constant() == Some(true)))
            }
            Node::Not(filter) => filter.constant().map(|always| !always),
            Node::Sql(_) | Node::Compare { .. } => Some(true),
        }
    }
}

fn compare(
    column: &dyn Compared,
    operator: Operator,
    given: Vec<Given>,
) -> Result<Condition, Refusal> {
    if let Operator::Search(place, case) = operator {
        return search(column, place, case, given);
    }
    let left = column.left();
    let (nulls, values) = values(column, given)?;
    let mut each = values.clone().into_iter();
    let next = each.next();
    let with = |compared: fn(Expr, Expr) -> Expr| match next.clone() {
        Some(value) if nulls == 0 => Ok(compared(left.clone(), value)),
        _ => Err(Refusal::new(
            "NULL is neither less nor greater than anything",
            "ask whether it is NULL, or give a value",
        )),
    };
    Ok(match operator {
        Operator::Null => left.is_null().into(),
        Operator::NotNull | Operator::Search(..) => left.is_not_null().into(),
        Operator::Equal if nulls > 0 => left.is_null().into(),
        Operator::NotEqual if nulls > 0 => left.is_not_null().into(),
        Operator::Equal => with(ExprTrait::eq)?.into(),
        Operator::NotEqual => with(ExprTrait::ne)?.into(),
        Operator::Less => with(ExprTrait::lt)?.into(),
        Operator::LessOrEqual => with(ExprTrait::lte)?.into(),
        Operator::Greater => with(ExprTrait::gt)?.into(),
        Operator::GreaterOrEqual => with(ExprTrait::gte)?.into(),
        Operator::Between => {
            let low = with(ExprTrait::gte)?;
            let high = each.next().map(|high| left.clone().lte(high));
            Condition::all().add(low).add_option(high)
        }
        // In SQL, a NULL among them would leave the answer open for each row.
        Operator::In if nulls > 0 => Condition::any()
            .add(left.clone().is_null())
            .add(left.is_in(values)),
        Operator::NotIn if nulls > 0 => Condition::all()
            .add(left.clone().is_not_null())
            .add(left.is_not_in(values)),
        Operator::In => left.is_in(values).into(),
        Operator::NotIn => left.is_not_in(values).into(),
    })
}

/// How many of the values are NULL, and the others, checked.
fn values(column: &dyn Compared, given: Vec<Given>) -> Result<(usize, Vec<Expr>), Refusal> {
    let mut nulls = 0;
    let mut bound = Vec::with_capacity(given.len());
    for given in given {
        let value = match given {
            Given::Value(value) => value,
            Given::Written(text) => column.held().read(&text)?,
        };
        if value::is_null(&value) {
            nulls += 1;
            continue;
        }
        let held = column.held();
        held.check_characters(&value)?;
        bound.push(column.bind(value)?);
    }
    Ok((nulls, bound))
}

/// Text is searched in as it is read.
fn search(
    column: &dyn Compared,
    place: Place,
    case: Case,
    given: Vec<Given>,
) -> Result<Condition, Refusal> {
    let left = column.searched()?;
    let text = given.into_iter().next().and_then(|given| match given {
        Given::Value(value) => value::text(&value),
        Given::Written(text) => Some(text),
    });
    let text = text.ok_or_else(|| Refusal::new("there is nothing to search for", "give a text"))?;
    if text.contains('\0') {
        // SQLite would read the pattern up to there, and PostgreSQL has no such text.
        return Err(Refusal::new(
            "a text with a zero character cannot be searched for",
            "take it out",
        ));
    }
    let pattern = match place {
        Place::Inside => format!("%{}%", literal(&text)),
        Place::Start => format!("{}%", literal(&text)),
        Place::End => format!("%{}", literal(&text)),
        Place::Pattern => own_escapes(&text),
    };
    let like = |pattern: String| LikeExpr::new(pattern).escape(ESCAPE);
    Ok(match (case, column.held().dialect) {
        (Case::AsCollated, _) => left.like(like(pattern)),
        // sea-query puts the pattern and its ESCAPE of an ILIKE in parentheses, which is no SQL.
        (Case::Ignored, DbBackend::Postgres) => {
            let sides = [left, Expr::value(pattern)];
            Expr::cust_with_exprs(format!("$1 ILIKE $2 ESCAPE '{ESCAPE}'"), sides)
        }
        // Lower case on both sides as the database has it, of which SQLite knows ASCII only.
        (Case::Ignored, DbBackend::Sqlite) => {
            Expr::from(Func::lower(left)).like(like(pattern.to_ascii_lowercase()))
        }
        (Case::Ignored, _) => Expr::from(Func::lower(left)).like(like(lower(&pattern))),
    }
    .into())
}

/// No backslash, which MySQL also takes for an escape in the text of the statement.
const ESCAPE: char = '!';

/// Text in which no character has a meaning of its own.
fn literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        escape(letter, &mut escaped);
    }
    escaped
}

/// A pattern with `\` before what stands for itself. The databases differ in what they make of a
/// `\`, and at the end of a pattern PostgreSQL makes an error of it.
fn own_escapes(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len());
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => escape(letters.next().unwrap_or('\\'), &mut written),
            ESCAPE => escape(ESCAPE, &mut written),
            letter => written.push(letter),
        }
    }
    written
}

fn escape(letter: char, escaped: &mut String) {
    if [ESCAPE, '%', '_'].contains(&letter) {
        escaped.push(ESCAPE);
    }
    escaped.push(letter);
}

/// Lower case letter by letter, as the servers make it, which know no letter that becomes two.
fn lower(text: &str) -> String {
    let letters = text.chars().map(|letter| {
        let mut lower = letter.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(lower), None) => lower,
            _ => letter,
        }
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_to_search_for_has_no_wildcards() {
        assert_eq!(literal("50%_off!\\'"), "50!%!_off!!\\'");
    }

    #[test]
    fn a_backslash_makes_the_next_letter_stand_for_itself() {
        assert_eq!(own_escapes("a%b_c"), "a%b_c");
        assert_eq!(own_escapes(r"a\%b\_c\\d\e"), r"a!%b!_c\de");
        assert_eq!(own_escapes(r"wow!\"), r"wow!!\");
    }
}
