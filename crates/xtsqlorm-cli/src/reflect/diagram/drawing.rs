//! The drawing: a box for each table with its keys, a line for each foreign key.

use std::collections::HashSet;
use std::fmt::Write as _;

use super::chart::{Chart, Entry, Relation};
use super::layout::{Layout, Size, layout};
use super::page::escaped;

/// The height of a line of text.
const ROW: u32 = 18;

/// The height of a box's title.
const TITLE: u32 = 26;

/// The width of a character of the drawing's font, in tenths of a pixel.
const CHARACTER: usize = 72;

/// Left and right of the text in a box.
const PADDING: u32 = 10;

/// Most characters that are shown of a name.
const LONGEST: usize = 32;

/// Most columns that are shown in a box.
const ROWS: usize = 10;

/// Around the drawing.
const MARGIN: u32 = 24;

/// The drawing as SVG.
pub(super) fn drawing(chart: &Chart<'_>) -> String {
    let shapes: Vec<Shape<'_>> = chart.tables.iter().map(Shape::new).collect();
    let sizes: Vec<Size> = shapes.iter().map(|shape| shape.size).collect();
    let lines: Vec<(usize, usize)> = chart
        .relations
        .iter()
        .filter_map(|relation| Some((relation.from, relation.to?)))
        .collect();
    let layout = layout(&sizes, &lines);
    let (width, height) = (layout.size.0 + 2 * MARGIN, layout.size.1 + 2 * MARGIN);
    let mut svg = format!(
        "<svg id=\"drawing\" viewBox=\"0 0 {width} {height}\" tabindex=\"0\" role=\"application\" \
         aria-label=\"Drawing of the tables\" aria-describedby=\"drawing-help\" \
         data-width=\"{width}\" data-height=\"{height}\">\n{MARKERS}<g id=\"scene\">\n<g id=\"lines\">\n"
    );
    for (number, relation) in chart.relations.iter().enumerate() {
        line(&mut svg, number, relation, chart, &shapes, &layout);
    }
    svg.push_str("</g>\n<g id=\"boxes\">\n");
    for (place, (entry, shape)) in chart.tables.iter().zip(&shapes).enumerate() {
        shape.draw(&mut svg, place, entry, layout.places[place]);
    }
    svg.push_str("</g>\n</g>\n</svg>\n");
    svg
}

/// The ends of lines, in the notation of crow's feet.
const MARKERS: &str = r#"<defs>
<marker id="many" viewBox="0 0 14 14" refX="14" refY="7" markerWidth="14" markerHeight="14" orient="auto-start-reverse"><path d="M0 7H14M2 7L14 1M2 7L14 13"/></marker>
<marker id="single" viewBox="0 0 14 14" refX="14" refY="7" markerWidth="14" markerHeight="14" orient="auto-start-reverse"><path d="M0 7H14M8 2V12"/></marker>
<marker id="one" viewBox="0 0 14 14" refX="14" refY="7" markerWidth="14" markerHeight="14" orient="auto-start-reverse"><path d="M0 7H14M6 2V12M9 2V12"/></marker>
<marker id="maybe" viewBox="0 0 14 14" refX="14" refY="7" markerWidth="14" markerHeight="14" orient="auto-start-reverse"><path d="M10 7H14M11 2V12"/><circle cx="6" cy="7" r="3.5"/></marker>
</defs>
"#;

/// A box: what it shows and its size.
struct Shape<'a> {
    /// The columns of keys.
    rows: Vec<&'a str>,
    /// How many further columns there are.
    more: usize,
    size: Size,
}

impl<'a> Shape<'a> {
    fn new(entry: &Entry<'a>) -> Self {
        let table = entry.table;
        let keys = table.key_columns().iter();
        let foreign = table.foreign_keys.iter().flat_map(|key| &key.columns);
        let wanted: HashSet<&str> = keys.chain(foreign).map(String::as_str).collect();
        let columns = table.columns.iter().map(|column| column.name.as_str());
        let rows: Vec<&str> = columns
            .filter(|name| wanted.contains(name))
            .take(ROWS)
            .collect();
        let more = table.columns.len() - rows.len();
        // A mark such as "PK" and the space after it take three characters.
        let names = rows.iter().map(|name| 3 + width(name));
        let longest = names
            .chain([width(&entry.label) + 1, 14])
            .max()
            .unwrap_or(0);
        let text = u32::try_from(longest * CHARACTER / 10).unwrap_or(u32::MAX / 4);
        let lines = u32::try_from(rows.len() + usize::from(more > 0)).unwrap_or(0);
        Self {
            size: (text + 2 * PADDING, TITLE + lines * ROW + 6),
            rows,
            more,
        }
    }

    /// The middle of a column's row, seen from the upper edge of the box.
    fn row(&self, column: Option<&String>) -> u32 {
        let row = column.and_then(|column| self.rows.iter().position(|row| row == column));
        match row.and_then(|row| u32::try_from(row).ok()) {
            Some(row) => TITLE + row * ROW + ROW / 2,
            None => TITLE / 2,
        }
    }

    fn draw(&self, svg: &mut String, place: usize, entry: &Entry<'_>, (x, y): (u32, u32)) {
        let (width, height) = self.size;
        let kind = if entry.table.kind.is_view() {
            " view"
        } else {
            ""
        };
        let label = escaped(&entry.label);
        let _ = write!(
            svg,
            "<g class=\"box{kind}\" id=\"box-{place}\" data-place=\"{place}\" \
             transform=\"translate({} {})\"><title>{label}</title>\
             <rect class=\"body\" width=\"{width}\" height=\"{height}\" rx=\"5\"/>\
             <path class=\"head\" d=\"M0 {TITLE}V5a5 5 0 0 1 5-5H{}a5 5 0 0 1 5 5V{TITLE}z\"/>\
             <text class=\"name\" x=\"{PADDING}\" y=\"18\">{}</text>",
            x + MARGIN,
            y + MARGIN,
            width - 5,
            escaped(&shortened(&entry.label))
        );
        let mut middle = TITLE + ROW - 4;
        for row in &self.rows {
            let mark = match entry.marks(row).first() {
                Some(&"PK") => "PK",
                _ => "FK",
            };
            let _ = write!(
                svg,
                "<text x=\"{PADDING}\" y=\"{middle}\"><tspan class=\"mark\">{mark}</tspan> {}</text>",
                escaped(&shortened(row))
            );
            middle += ROW;
        }
        if self.more > 0 {
            let more = match (self.more, self.rows.is_empty()) {
                (1, true) => "1 column".to_owned(),
                (more, true) => format!("{more} columns"),
                (more, false) => format!("+ {more} more"),
            };
            let _ = write!(
                svg,
                "<text class=\"more\" x=\"{PADDING}\" y=\"{middle}\">{more}</text>"
            );
        }
        svg.push_str("</g>\n");
    }
}

/// A line from the column that refers to the one that it refers to.
fn line(
    svg: &mut String,
    number: usize,
    relation: &Relation<'_>,
    chart: &Chart<'_>,
    shapes: &[Shape<'_>],
    layout: &Layout,
) {
    let Some(to) = relation.to else { return };
    let from = relation.from;
    let corner = |place: usize| {
        let (x, y) = layout.places[place];
        (x + MARGIN, y + MARGIN)
    };
    let (a, b) = (corner(from), corner(to));
    let (wide_a, wide_b) = (shapes[from].size.0, shapes[to].size.0);
    let start = a.1 + shapes[from].row(relation.key.columns.first());
    let end = b.1 + shapes[to].row(relation.key.referenced.first());
    // The sides that face each other; boxes one above the other are joined on the right.
    let (x1, out, x2, back) = if a.0 > b.0 + wide_b {
        (a.0, -1, b.0 + wide_b, 1)
    } else if a.0 + wide_a < b.0 {
        (a.0 + wide_a, 1, b.0, -1)
    } else {
        (a.0 + wide_a, 1, b.0 + wide_b, 1)
    };
    let bend = i64::from(x1.abs_diff(x2) / 2).clamp(40, 160);
    let path = format!(
        "M{x1} {start}C{} {start} {} {end} {x2} {end}",
        i64::from(x1) + out * bend,
        i64::from(x2) + back * bend,
    );
    let child = if relation.single { "single" } else { "many" };
    let parent = if relation.optional { "maybe" } else { "one" };
    let _ = writeln!(
        svg,
        "<path class=\"line\" id=\"line-{number}\" data-from=\"{from}\" data-to=\"{to}\" d=\"{path}\" \
         marker-start=\"url(#{child})\" marker-end=\"url(#{parent})\"><title>{}</title></path>",
        escaped(&format!(
            "{} → {}: {}",
            chart.tables[from].label,
            relation.to_label,
            relation.columns()
        ))
    );
}

/// The name, cut where it is too long for a box.
fn shortened(name: &str) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.to_owned(),
    }
}

/// How many characters wide a name is; those beyond Latin, Greek and Cyrillic count as two.
fn width(name: &str) -> usize {
    shortened(name)
        .chars()
        .map(|c| if c < '\u{1100}' || c == '…' { 1 } else { 2 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn each_table_has_a_box_and_each_key_a_line() {
        let schema = samples::shop();
        let svg = drawing(&Chart::new(&schema));
        assert_eq!(svg.matches("class=\"box").count(), 7);
        assert_eq!(svg.matches("class=\"line\"").count(), 5);
        assert!(
            svg.contains("<title>orders → users: user_id → id</title>"),
            "{svg}"
        );
        assert!(svg.contains("class=\"box view\""), "{svg}");
    }

    #[test]
    fn long_names_are_cut_and_wide_ones_have_room() {
        assert_eq!(shortened(&"x".repeat(40)), format!("{}…", "x".repeat(32)));
        assert_eq!(
            (width("abc"), width("中文"), width(&"中".repeat(99))),
            (3, 4, 65)
        );
    }

    #[test]
    fn a_table_of_many_keys_shows_the_first_and_counts_the_rest() {
        let columns: Vec<String> = (0..30).map(|number| format!("c{number}")).collect();
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let schema = samples::schema(vec![samples::table("wide", &columns, &columns)]);
        let svg = drawing(&Chart::new(&schema));
        assert!(
            svg.contains("+ 20 more") && !svg.contains("> c10<"),
            "{svg}"
        );
    }
}
