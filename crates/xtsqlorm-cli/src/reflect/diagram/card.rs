//! All about one table, as a part of the page.

use std::fmt::Write as _;

use xtsqlorm::reflect::{
    ColumnModel, Deferral, ForeignKeyModel, Identity, IndexModel, IndexPart, KeyAction, TableKind,
};

use super::chart::{Chart, Entry, Relation};
use super::page::{escaped, name};

/// The part of the page.
pub(super) fn card(html: &mut String, chart: &Chart<'_>, place: usize, entry: &Entry<'_>) {
    let table = entry.table;
    let kind = match table.kind {
        TableKind::Table => String::new(),
        kind => format!(" <small>{kind}</small>"),
    };
    let _ = write!(
        html,
        "<article id=\"t-{slug}\" data-place=\"{place}\" tabindex=\"-1\" aria-labelledby=\"h-{slug}\">\n\
         <h2 id=\"h-{slug}\"><span class=\"name\">{}</span>{kind}\
         <button type=\"button\" class=\"show\">Show in drawing</button></h2>\n",
        name(&entry.label),
        slug = entry.slug,
    );
    if let Some(comment) = &table.comment {
        let _ = writeln!(html, "<p class=\"comment\">{}</p>", escaped(comment));
    }
    html.push_str(
        "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Column</th><th scope=\"col\">Type</th>\
         <th scope=\"col\">Null</th><th scope=\"col\">Default</th><th scope=\"col\">Notes</th></tr></thead>\n<tbody>\n",
    );
    for column in &table.columns {
        row(html, chart, place, entry, column);
    }
    html.push_str("</tbody></table></div>\n");
    let indexes = table.indexes.iter().map(index);
    facts(html, "Indexes", indexes);
    let compound = chart
        .from(place)
        .filter(|relation| relation.key.columns.len() > 1);
    facts(
        html,
        "Foreign keys of several columns",
        compound.map(|relation| {
            format!(
                "<code>{}</code> → {}",
                escaped(&relation.columns()),
                target(chart, relation)
            )
        }),
    );
    facts(
        html,
        "Referred to by",
        chart.into(place).map(|relation| {
            let from = &chart.tables[relation.from];
            format!(
                "{} <code>{}</code>",
                link(from),
                escaped(&relation.columns())
            )
        }),
    );
    facts(
        html,
        "Checks",
        table.checks.iter().map(|check| {
            let name = check
                .name
                .as_ref()
                .map(|name| format!("{}: ", escaped(name)));
            let expression = escaped(&check.expression);
            format!("{}<code>{expression}</code>", name.unwrap_or_default())
        }),
    );
    facts(
        html,
        "Inherits from",
        table.inherits.iter().map(|name| escaped(&name.to_string())),
    );
    facts(
        html,
        "Partitions",
        entry.partitions.iter().map(|name| escaped(name)),
    );
    html.push_str("</article>\n");
}

/// One column.
fn row(
    html: &mut String,
    chart: &Chart<'_>,
    place: usize,
    entry: &Entry<'_>,
    column: &ColumnModel,
) {
    let marks = entry.marks(&column.name);
    let marks = marks.iter().map(|mark| match *mark {
        "PK" => " <abbr title=\"primary key\">PK</abbr>",
        "FK" => " <abbr title=\"foreign key\">FK</abbr>",
        _ => " <abbr title=\"unique\">UK</abbr>",
    });
    let null = if column.nullable { "null" } else { "" };
    let default = column
        .default
        .as_ref()
        .map(|text| format!("<code>{}</code>", escaped(text)));
    let _ = writeln!(
        html,
        "<tr><th scope=\"row\">{}{}</th><td><code>{}</code></td><td>{null}</td><td>{}</td><td>{}</td></tr>",
        name(&column.name),
        marks.collect::<String>(),
        escaped(&column.sql_type),
        default.unwrap_or_default(),
        notes(chart, place, column)
    );
}

/// What else there is to know about a column: where it leads, how it is filled, its comment.
fn notes(chart: &Chart<'_>, place: usize, column: &ColumnModel) -> String {
    let single = chart
        .from(place)
        .filter(|relation| relation.key.columns == [column.name.as_str()]);
    let mut notes: Vec<String> = single
        .map(|relation| {
            let referenced = escaped(&relation.key.referenced.join(", "));
            let target = target(chart, relation);
            format!(
                "→ {target}.<code>{referenced}</code>{}",
                rules(relation.key)
            )
        })
        .collect();
    notes.extend(column.identity.map(|identity| {
        let words = match identity {
            Identity::ByDefault => "numbered by default",
            Identity::Always => "always numbered",
            _ => "numbered by the database",
        };
        words.to_owned()
    }));
    notes.extend(column.generated.as_ref().map(|generated| {
        let how = if generated.stored {
            "stored"
        } else {
            "computed"
        };
        format!("{how}: <code>{}</code>", escaped(&generated.expression))
    }));
    if let Some(expression) = &column.on_update {
        notes.push(format!("on update <code>{}</code>", escaped(expression)));
    }
    if column.hidden {
        notes.push("not in <code>SELECT *</code>".to_owned());
    }
    notes.extend(
        column
            .comment
            .as_ref()
            .map(|comment| format!("<span class=\"comment\">{}</span>", escaped(comment))),
    );
    notes.join("<br>")
}

/// A headed list, unless it is empty.
fn facts(html: &mut String, heading: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_none() {
        return;
    }
    let _ = writeln!(html, "<h3>{heading}</h3>\n<ul>");
    for line in lines {
        let _ = writeln!(html, "<li>{line}</li>");
    }
    html.push_str("</ul>\n");
}

/// What follows when the row referred to changes or goes, and when that is checked.
fn rules(key: &ForeignKeyModel) -> String {
    let mut text = String::new();
    for (event, action) in [("on delete", key.on_delete), ("on update", key.on_update)] {
        if action != KeyAction::NoAction {
            let _ = write!(text, ", {event} {}", action.sql().to_lowercase());
        }
    }
    if !key.on_delete_columns.is_empty() {
        let _ = write!(text, " ({})", escaped(&key.on_delete_columns.join(", ")));
    }
    text.push_str(match key.deferral {
        Deferral::Immediate => "",
        Deferral::Deferrable => ", deferrable",
        Deferral::Deferred => ", deferred",
    });
    text
}

fn index(index: &IndexModel) -> String {
    let mut text = format!("{}: ", escaped(&index.name));
    if let Some(exclusion) = &index.exclusion {
        let _ = write!(text, "<code>{}</code>", escaped(exclusion));
        return text;
    }
    if index.unique {
        text.push_str("unique ");
    }
    if let Some(method) = index.method.as_deref().filter(|method| *method != "btree") {
        let _ = write!(text, "{} ", escaped(method));
    }
    let parts: Vec<String> = index.parts.iter().map(part).collect();
    let _ = write!(text, "<code>({})</code>", parts.join(", "));
    if !index.include.is_empty() {
        let include = escaped(&index.include.join(", "));
        let _ = write!(text, " with <code>{include}</code>");
    }
    if index.nulls_equal {
        text.push_str(", NULLs are the same");
    }
    if let Some(condition) = &index.condition {
        let _ = write!(text, " where <code>{}</code>", escaped(condition));
    }
    text
}

fn part(part: &IndexPart) -> String {
    let what = part.column.as_ref().or(part.expression.as_ref());
    let mut text = escaped(what.map_or("", String::as_str));
    if let Some(prefix) = part.prefix {
        let _ = write!(text, "({prefix})");
    }
    for more in [&part.collation, &part.operator_class]
        .into_iter()
        .flatten()
    {
        let _ = write!(text, " {}", escaped(more));
    }
    if part.descending {
        text.push_str(" desc");
    }
    match part.nulls_first {
        Some(true) => text.push_str(" nulls first"),
        Some(false) => text.push_str(" nulls last"),
        None => {}
    }
    text
}

/// A link to the table that a key leads to.
fn target(chart: &Chart<'_>, relation: &Relation<'_>) -> String {
    match relation.to {
        Some(place) => link(&chart.tables[place]),
        None => escaped(&relation.to_label),
    }
}

fn link(entry: &Entry<'_>) -> String {
    format!("<a href=\"#t-{}\">{}</a>", entry.slug, name(&entry.label))
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn a_foreign_key_tells_its_rules() {
        let mut key = samples::key("user_id", "users");
        assert_eq!(rules(&key), ", on delete cascade");
        key.on_delete = KeyAction::SetNull;
        key.on_delete_columns = vec!["user_id".to_owned()];
        key.deferral = Deferral::Deferred;
        assert_eq!(rules(&key), ", on delete set null (user_id), deferred");
    }

    #[test]
    fn an_index_tells_all_that_is_special() {
        let mut plain = samples::unique("email");
        assert_eq!(index(&plain), "email_key: unique <code>(email)</code>");
        plain.unique = false;
        plain.method = Some("gin".to_owned());
        plain.parts[0].descending = true;
        plain.parts[0].nulls_first = Some(false);
        plain.parts[0].prefix = Some(9);
        plain.parts[0].operator_class = Some("text_ops".to_owned());
        plain.parts.push(IndexPart::expression("lower(a < b)"));
        plain.include = vec!["name".to_owned()];
        plain.condition = Some("a > 1".to_owned());
        assert_eq!(
            index(&plain),
            "email_key: gin <code>(email(9) text_ops desc nulls last, lower(a &lt; b))</code> \
             with <code>name</code> where <code>a &gt; 1</code>"
        );
        plain.exclusion = Some("EXCLUDE USING gist (during WITH &&)".to_owned());
        assert_eq!(
            index(&plain),
            "email_key: <code>EXCLUDE USING gist (during WITH &amp;&amp;)</code>"
        );
    }
}
