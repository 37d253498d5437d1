//! Names for relation fields: none that a column has, and none that gives two methods one name.

use std::collections::HashSet;

use pluralizer::pluralize;

/// The names that one model has given away.
#[derive(Debug)]
pub(super) struct Names {
    fields: HashSet<String>,
    methods: HashSet<String>,
}

/// What a relation field holds, which decides on the methods that the macro makes for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// The row that is referred to.
    One,
    /// The row that is referred to, or none; or the one row that refers.
    OneOrNone,
    /// The rows that refer.
    Many,
}

impl Names {
    /// The names of a model with these columns.
    pub(super) fn new<'a>(columns: impl Iterator<Item = &'a str>) -> Self {
        let fields: HashSet<String> = columns.map(str::to_owned).collect();
        Self {
            methods: fields.iter().map(|field| format!("set_{field}")).collect(),
            fields,
        }
    }

    /// Takes a name for a field: the wanted one, or the next best.
    pub(super) fn field(&mut self, wanted: &str, holds: Holds) -> String {
        let further = (2..).map(|number| format!("{wanted}_relation_{number}"));
        let name = [wanted.to_owned(), format!("{wanted}_relation")]
            .into_iter()
            .chain(further)
            .find(|name| self.is_free(name, holds))
            .expect("numbers do not run out");
        self.methods.extend(methods(&name, holds));
        self.fields.insert(name.clone());
        name
    }

    fn is_free(&self, name: &str, holds: Holds) -> bool {
        syn::parse_str::<syn::Ident>(name).is_ok()
            && !self.fields.contains(name)
            && methods(name, holds)
                .iter()
                .all(|method| !self.methods.contains(method))
    }
}

/// The methods that the macro makes for a relation field.
fn methods(field: &str, holds: Holds) -> Vec<String> {
    match holds {
        Holds::One => vec![format!("set_{field}")],
        Holds::OneOrNone => vec![
            format!("set_{field}"),
            format!("set_{field}_option"),
            format!("clear_{field}"),
        ],
        Holds::Many => vec![format!("add_{}", pluralize(field, 1, false))],
    }
}

/// The name of a table for several of its rows.
pub(super) fn plural(module: &str) -> String {
    pluralize(module, 2, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_gives_way_to_columns_keywords_and_methods() {
        let mut names = Names::new(["artist", "label_option", "id"].into_iter());
        assert_eq!(names.field("film", Holds::OneOrNone), "film");
        assert_eq!(names.field("artist", Holds::One), "artist_relation");
        assert_eq!(names.field("type", Holds::Many), "type_relation");
        // `set_label_option` is the setter of a column.
        assert_eq!(names.field("label", Holds::OneOrNone), "label_relation");
        assert_eq!(names.field("albums", Holds::Many), "albums");
        // `add_album` is there already.
        assert_eq!(names.field("album", Holds::Many), "album_relation");
        assert_eq!(names.field("albums", Holds::Many), "albums_relation");
        assert_eq!(names.field("albums", Holds::Many), "albums_relation_2");
    }
}
