//! The schema as one page of HTML that loads nothing: style and script are in it, and the page
//! itself forbids the browser to fetch anything.
//!
//! Everything that comes from the database goes through [`escaped`], and none of it into the style
//! or the script.

use std::fmt::Write as _;

use xtsqlorm::reflect::TableKind;

use super::MARK;
use super::card::card;
use super::chart::Chart;
use super::drawing::drawing;

const STYLE: &str = include_str!("page.css");

const SCRIPT: &str = include_str!("page.js");

/// The page.
pub(super) fn page(chart: &Chart<'_>) -> String {
    let columns: usize = chart
        .tables
        .iter()
        .map(|entry| entry.table.columns.len())
        .sum();
    let title = escaped(&chart.title);
    let mut html = format!(
        "<!DOCTYPE html>\n<!-- {MARK} -->\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#tables\">Skip to the tables</a>\n\
         <aside>\n<header><h1>{title}</h1>\n<p>{}: {}, {}</p></header>\n\
         <div class=\"search\"><label for=\"search\">Find tables and columns</label>\n\
         <input id=\"search\" type=\"search\" autocomplete=\"off\" spellcheck=\"false\" \
         placeholder=\"Find tables, columns, types\" aria-controls=\"list tables\">\n\
         <p id=\"found\" role=\"status\"></p></div>\n",
        escaped(&chart.server),
        count(chart.tables.len(), "table"),
        count(columns, "column")
    );
    list(&mut html, chart);
    html.push_str(
        "</aside>\n<main>\n<section id=\"picture\" aria-label=\"Drawing\">\n<div class=\"tools\">\
         <button type=\"button\" id=\"fit\" title=\"Show everything (0)\">Fit</button>\
         <button type=\"button\" id=\"closer\" title=\"Zoom in (+)\" aria-label=\"Zoom in\">+</button>\
         <button type=\"button\" id=\"farther\" title=\"Zoom out (-)\" aria-label=\"Zoom out\">−</button>\
         </div>\n",
    );
    html.push_str(&drawing(chart));
    html.push_str(
        "<p id=\"drawing-help\">Drag to move, wheel or <kbd>+</kbd> <kbd>−</kbd> to zoom. \
         <kbd>Tab</kbd> into the drawing, arrows go from table to table, <kbd>Enter</kbd> opens \
         one, <kbd>0</kbd> shows all.</p>\n<p id=\"selected\" role=\"status\" hidden></p>\n\
         </section>\n<div id=\"tables\">\n",
    );
    for (place, entry) in chart.tables.iter().enumerate() {
        card(&mut html, chart, place, entry);
    }
    unreadable(&mut html, chart);
    html.push_str("</div>\n</main>\n");
    let _ = write!(html, "<script>\n{SCRIPT}</script>\n</body>\n</html>\n");
    html
}

/// The text with nothing in it that HTML acts on; characters that HTML forbids are replaced.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\n' | '\t' => escaped.push(c),
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Links to all tables.
fn list(html: &mut String, chart: &Chart<'_>) {
    html.push_str("<details id=\"index\" open><summary>Tables</summary>\n<nav aria-label=\"Tables\"><ul id=\"list\">\n");
    for (place, entry) in chart.tables.iter().enumerate() {
        let kind = match entry.table.kind {
            TableKind::Table => String::new(),
            kind => format!(" <small>{kind}</small>"),
        };
        let _ = writeln!(
            html,
            "<li data-place=\"{place}\"><a href=\"#t-{}\">{}</a>{kind}</li>",
            entry.slug,
            name(&entry.label)
        );
    }
    html.push_str("</ul></nav></details>\n");
}

/// What could not be read.
fn unreadable(html: &mut String, chart: &Chart<'_>) {
    if !chart.unreadable.is_empty() {
        html.push_str("<section class=\"plain\">\n<h2>Not readable</h2>\n<ul>\n");
        for (table, reason) in &chart.unreadable {
            let _ = writeln!(html, "<li>{}: {}</li>", escaped(table), escaped(reason));
        }
        html.push_str("</ul>\n</section>\n");
    }
}

/// A name, which may break after an underscore or a dot, and is never without a trace.
pub(super) fn name(name: &str) -> String {
    if name.trim().is_empty() {
        return format!("“{}”", escaped(name));
    }
    escaped(name).replace('_', "_<wbr>").replace('.', ".<wbr>")
}

/// "1 table", "2 tables".
fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn the_page_has_links_both_ways() {
        let schema = samples::shop();
        let html = page(&Chart::new(&schema));
        for part in [
            "<a href=\"#t-orders\">orders</a>",
            "→ <a href=\"#t-users\">users</a>.<code>id</code>, on delete cascade",
            "<li><a href=\"#t-users_tags\">users_<wbr>tags</a> <code>user_id → id</code></li>",
            "<code>enum(&#39;new&#39;,&#39;it&#39;&#39;s paid&#39;)</code>",
            "total_positive: <code>total &gt;= 0 AND total &lt; 100000</code>",
            "email_key: unique <code>(email)</code>",
            "<small>view</small>",
            "MySQL 8.4.0: 7 tables, 14 columns",
        ] {
            assert!(html.contains(part), "no {part} in\n{html}");
        }
    }

    #[test]
    fn the_page_loads_nothing() {
        let schema = samples::shop();
        let html = page(&Chart::new(&schema));
        for word in [
            "http://", "https://", "src=", "@import", "url(\"", "fetch(", "import(",
        ] {
            assert!(!html.contains(word), "{word}");
        }
    }

    /// Every tag of the page is one that this module writes, and stands in its place.
    #[test]
    fn hostile_names_are_text() {
        let schema = samples::hostile();
        let html = page(&Chart::new(&schema));
        assert_eq!(html.matches("<script").count(), 1);
        assert_eq!(html.matches("</script").count(), 1);
        assert_eq!(html.matches("<!--").count(), 1);
        assert_eq!(html.matches("-->").count(), 1);
        for word in ["<img", "onerror=alert(3)>", "\u{0}", "\"quoted\" 'names'"] {
            assert!(!html.contains(word), "{word}");
        }
        assert!(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(html.ends_with(&format!("<script>\n{SCRIPT}</script>\n</body>\n</html>\n")));
    }

    #[test]
    fn the_script_writes_no_html() {
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
        ] {
            assert!(!SCRIPT.contains(word), "{word}");
        }
    }
}
