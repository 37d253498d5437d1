//! Types, by what they are made of.

use std::collections::HashMap;

use super::rows::{FieldRow, TypeRow, list};
use crate::{
    error::Result,
    reflect::{DataType, TypeName},
};

/// The types of the columns, and the types that those are made of.
pub(super) struct Types {
    by_oid: HashMap<i64, Type>,
}

struct Type {
    row: TypeRow,
    labels: Vec<String>,
    fields: Vec<FieldRow>,
}

impl Types {
    pub(super) fn new(rows: Vec<TypeRow>) -> Result<Self> {
        let types = rows.into_iter().map(|row| {
            let labels = list(row.labels.as_deref())?;
            let fields = list(row.fields.as_deref())?;
            Ok((
                row.oid,
                Type {
                    row,
                    labels,
                    fields,
                },
            ))
        });
        Ok(Self {
            by_oid: types.collect::<Result<_>>()?,
        })
    }

    /// Whether it is a domain that takes no NULL, by itself or by one that it restricts.
    pub(super) fn refuses_null(&self, oid: i64) -> bool {
        self.by_oid
            .get(&oid)
            .is_some_and(|found| found.row.not_null || self.refuses_null(found.row.base))
    }

    /// The type of that number, with what its declaration says in brackets. `None` for one that was
    /// dropped while it was read.
    pub(super) fn resolve(&self, oid: i64, modifier: i32, sql_type: &str) -> Option<DataType> {
        self.resolve_inside(oid, modifier, sql_type, &mut Vec::new())
    }

    /// `around` are the row types that this is a field of.
    fn resolve_inside(
        &self,
        oid: i64,
        modifier: i32,
        sql_type: &str,
        around: &mut Vec<i64>,
    ) -> Option<DataType> {
        let Type {
            row,
            labels,
            fields,
        } = self.by_oid.get(&oid)?;
        let name = TypeName::new(Some(&row.schema), &row.name);
        if let Some(element) = row.element {
            let of = self.resolve_inside(element, modifier, sql_type, around)?;
            return Some(DataType::Array { of: Box::new(of) });
        }
        Some(match (row.kind.as_str(), row.subtype) {
            ("e", _) => DataType::Enum {
                name: Some(name),
                values: labels.clone(),
            },
            ("d", _) => {
                let of = self.resolve_inside(row.base, row.base_modifier, "", around)?;
                DataType::Domain {
                    name,
                    of: Box::new(of),
                }
            }
            ("c", _) if !around.contains(&oid) => {
                around.push(oid);
                let resolved = fields.iter().map(|field| {
                    let of = self.resolve_inside(field.type_oid, field.modifier, "", around)?;
                    Some((field.name.clone(), of))
                });
                let fields = resolved.collect::<Option<_>>()?;
                around.pop();
                DataType::Composite { name, fields }
            }
            ("r" | "m", Some(subtype)) => {
                let of = self.resolve_inside(subtype, -1, "", around)?;
                DataType::Range {
                    name,
                    of: Box::new(of),
                    multiple: row.kind == "m",
                }
            }
            _ if row.schema == "pg_catalog" => built_in(name, modifier),
            _ => of_extension(name, modifier, sql_type),
        })
    }
}

/// A type that every server has.
fn built_in(name: TypeName, modifier: i32) -> DataType {
    let limit = u32::try_from(modifier).ok();
    // Lengths and digits count the four bytes of a header that values had once.
    let length = u32::try_from(modifier - 4).ok();
    let precision = u8::try_from(modifier).ok();
    match name.name.as_str() {
        "bool" => DataType::Boolean,
        "int2" => integer(16),
        "int4" => integer(32),
        "int8" => integer(64),
        "float4" => DataType::Float { bits: 32 },
        "float8" => DataType::Float { bits: 64 },
        "numeric" => DataType::Decimal {
            precision: length.map(|digits| digits >> 16),
            // Eleven bits, the uppermost of which is the sign.
            scale: length.map(|digits| ((digits & 0x7ff) ^ 0x400).cast_signed() - 0x400),
        },
        "money" => DataType::Money,
        "bit" => DataType::Bit {
            length: limit,
            varying: false,
        },
        "varbit" => DataType::Bit {
            length: limit,
            varying: true,
        },
        "bpchar" => DataType::Char { length },
        "varchar" => DataType::VarChar { length },
        "text" => DataType::Text { max_bytes: None },
        "bytea" => DataType::Blob { max_bytes: None },
        "date" => DataType::Date,
        "time" => DataType::Time {
            precision,
            zoned: false,
        },
        "timetz" => DataType::Time {
            precision,
            zoned: true,
        },
        "timestamp" => DataType::DateTime { precision },
        "timestamptz" => DataType::Timestamp { precision },
        "interval" => DataType::Interval,
        "json" => DataType::Json { binary: false },
        "jsonb" => DataType::Json { binary: true },
        "uuid" => DataType::Uuid,
        _ => DataType::Other { name },
    }
}

fn integer(bits: u8) -> DataType {
    DataType::Integer {
        bits,
        unsigned: false,
    }
}

/// A type that somebody added, told by its name: PostGIS's, pgvector's.
fn of_extension(name: TypeName, modifier: i32, sql_type: &str) -> DataType {
    match name.name.as_str() {
        "geometry" | "geography" => {
            // `public.geometry(PointZ,4326)`
            let declared = sql_type.strip_suffix(')');
            let declared = declared.and_then(|rest| rest.rsplit_once('('));
            let kind = declared.and_then(|(_, inside)| inside.split(',').next());
            DataType::Geometry {
                kind: kind.unwrap_or(&name.name).to_ascii_lowercase(),
            }
        }
        "vector" | "halfvec" => DataType::Vector {
            dimensions: u32::try_from(modifier).ok(),
        },
        _ => DataType::Other { name },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What PostGIS declares in brackets.
    #[test]
    fn a_shape_is_told_by_its_declaration() {
        for (sql_type, kind) in [
            ("public.geometry(PointZ,4326)", "pointz"),
            ("public.geometry(MultiPolygon)", "multipolygon"),
            ("\"odd(schema\".geography(Point,4326)", "point"),
            ("public.geography", "geography"),
            ("\"odd(schema\".geography", "geography"),
            ("", "geography"),
        ] {
            let name = TypeName::new(Some("public"), "geography");
            let expected = DataType::Geometry { kind: kind.into() };
            assert_eq!(of_extension(name, -1, sql_type), expected, "{sql_type}");
        }
    }
}
