//! The expanded form: what `DeriveEntityModel` and `DeriveRelation` would make of the compact
//! form, as code that can be read and changed.

mod columns;
mod definition;
mod relations;
mod table;

use anyhow::{Context, Result};
use syn::{Attribute, Item, parse_quote};

pub(super) use self::relations::built;
use super::source::{Source, derives, metas, with_derives};

/// Expands every entity.
pub(super) fn apply(sources: &mut [Source]) -> Result<Vec<String>> {
    for source in sources.iter_mut() {
        expand(source).with_context(|| format!("in {}", source.name))?;
    }
    Ok(Vec::new())
}

fn expand(source: &mut Source) -> Result<()> {
    let columns = source.columns.clone();
    definition::check(&columns)?;
    let relations = source.relations.clone();
    let model = source.model()?;
    let table = metas(&model.attrs)?;
    let derived = derives(&model.attrs)?.into_iter().flat_map(|name| {
        if name == "DeriveEntityModel" {
            vec!["DeriveModel".to_owned(), "DeriveActiveModel".to_owned()]
        } else {
            vec![name]
        }
    });
    let derived: Vec<String> = derived.collect();
    model.attrs = with_derives(&without_sea_orm(&model.attrs), &derived)?;
    for (field, column) in model.fields.iter_mut().zip(&columns) {
        field.attrs = without_sea_orm(&field.attrs);
        if let Some(variant) = column.text("enum_name")? {
            field
                .attrs
                .push(parse_quote!(#[sea_orm(enum_name = #variant)]));
        }
    }
    let mut items = Vec::new();
    for item in std::mem::take(&mut source.file.items) {
        match item {
            Item::Struct(item) if item.ident == "Model" => {
                items.extend(table::entity(&table)?);
                items.push(Item::Struct(item));
                items.extend(table::column_enum(&columns)?);
                items.extend(table::primary_key(&columns)?);
            }
            Item::Enum(mut item) if item.ident == "Relation" => {
                for variant in &mut item.variants {
                    variant.attrs = without_sea_orm(&variant.attrs);
                }
                let names = derives(&item.attrs)?.into_iter();
                let names: Vec<String> = names.filter(|name| name != "DeriveRelation").collect();
                item.attrs = with_derives(&item.attrs, &names)?;
                items.push(Item::Enum(item));
                let (column_trait, features) = columns::column_trait(&columns)?;
                source.features = features;
                items.push(column_trait);
                items.push(relations::relation_trait(&relations)?);
            }
            item => items.push(item),
        }
    }
    source.file.items = items;
    Ok(())
}

fn without_sea_orm(attrs: &[Attribute]) -> Vec<Attribute> {
    let kept = attrs.iter().filter(|attr| !attr.path().is_ident("sea_orm"));
    kept.cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Shape, apply};
    use super::*;
    use crate::reflect::generate::Generated;

    const ITEM: &str = r##"
        //! The table `item`.
        use super::sea_orm_active_enums::ItemState;
        use sea_orm::entity::prelude::*;
        use serde::Serialize;
        #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Serialize)]
        #[sea_orm(schema_name = "crm", table_name = "item")]
        pub struct Model {
            #[sea_orm(primary_key, auto_increment = false)]
            pub id: u64,
            /// A comment.
            #[sea_orm(column_name = "Full Name", column_type = "String(StringLen::N(40))", unique)]
            pub full_name: Option<String>,
            #[sea_orm(column_type = "custom(\"POINT\")", select_as = "BLOB", save_as = "POINT")]
            pub place: Vec<u8>,
            pub state: ItemState,
            pub r#type: i32,
            pub owner_id: i32,
            #[sea_orm(column_name = "address_1")]
            pub address_1: String,
        }
        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {
            #[sea_orm(belongs_to = "super::owner::Entity", from = "Column::OwnerId",
                      to = "super::owner::Column::Id", on_delete = "SetNull")]
            Owner,
            #[sea_orm(has_many = "super::part::Entity", via_rel = "Relation::Whole")]
            Part,
        }
        impl Related<super::owner::Entity> for Entity {
            fn to() -> RelationDef { Relation::Owner.def() }
        }
        impl ActiveModelBehavior for ActiveModel {}
    "##;

    fn expanded(code: &str) -> Result<String> {
        let mut generated = Generated::default();
        generated
            .files
            .insert("item.rs".to_owned(), code.to_owned());
        apply(Shape::Expanded, &mut generated)?;
        assert!(generated.features.contains("with-json"));
        Ok(generated.files.remove("item.rs").unwrap_or_default())
    }

    #[test]
    fn names_types_and_casts_come_through() -> Result<()> {
        let code = expanded(ITEM)?;
        let words = code.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "DeriveModel, DeriveActiveModel, Serialize",
            "fn schema_name(&self) -> Option<&str> { Some(\"crm\") }",
            "/// A comment. pub full_name: Option<String>,",
            "#[sea_orm(column_name = \"Full Name\")] FullName,",
            "#[sea_orm(column_name = \"address_1\")] Address1,",
            "pub enum PrimaryKey { Id, }",
            "type ValueType = u64; fn auto_increment() -> bool { false }",
            "Self::FullName => { ColumnType::String(StringLen::N(40)).def().nullable().unique() }",
            "Self::State => { <ItemState as sea_orm::sea_query::ValueType>::column_type().def() }",
            "Self::State => <ItemState as sea_orm::sea_query::ValueType>::enum_type_name(),",
            "Self::Place => expr.cast_as(\"BLOB\"),",
            "Self::Place => val.cast_as(\"POINT\"),",
            "Self::FullName => \"full_name\",",
            "Self::Owner => { Entity::belongs_to(super::owner::Entity) .from(Column::OwnerId) \
             .to(super::owner::Column::Id) .on_delete(ForeignKeyAction::SetNull) .into() }",
            "Entity::has_many_via(super::part::Entity, super::part::Relation::Whole) .into()",
            "impl Related<super::owner::Entity> for Entity",
        ] {
            assert!(words.contains(part), "no {part} in\n{code}");
        }
        assert!(
            !code.contains("DeriveEntityModel") && !code.contains("DeriveRelation"),
            "{code}"
        );
        Ok(())
    }

    #[test]
    fn a_match_over_all_columns_has_no_arm_for_the_rest() -> Result<()> {
        let start = ITEM.find("#[sea_orm(primary_key").context("the key")?;
        let end = ITEM
            .find("        }\n        #[derive(Copy")
            .context("the end")?;
        let only = "#[sea_orm(primary_key, column_name = \"1\")]\n pub column_1: i32,\n";
        let code = expanded(&format!("{}{only}{}", &ITEM[..start], &ITEM[end..]))?;
        assert!(
            code.contains("Self::Column1 => \"column_1\",") && !code.contains("_ =>"),
            "{code}"
        );
        assert!(expanded(ITEM)?.contains("_ => self.as_str()"));
        Ok(())
    }

    #[test]
    fn what_has_no_expanded_form_is_refused() {
        let odd = ITEM.replace("unique)]", "unique, seen_before)]");
        let error = format!("{:#}", expanded(&odd).unwrap_err());
        assert_eq!(error, "in item.rs: the expanded form has no seen_before");
    }
}
