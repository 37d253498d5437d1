//! What users add to generated files survives.

use std::fs;
use std::path::Path;

use super::servers::{Scratch, on_every_backend};
use super::support::{Result, assert_code, crate_with_program, reflect, run_program};

on_every_backend!(
    own_code_survives_to_the_byte,
    own_code_keeps_a_file_from_being_pruned
);

/// What the user adds to `item.rs`: imports, an impl of the trait that is generated too, a relation
/// that no foreign key tells of, a function.
const OWN: &str = r#"
use sea_orm::entity::prelude::async_trait::async_trait;

#[async_trait]
impl ActiveModelBehavior for ActiveModel {
    async fn before_save<C>(mut self, _: &C, _insert: bool) -> Result<Self, DbErr>
    where
        C: ConnectionTrait,
    {
        self.name = sea_orm::Set("saved by hand".to_owned());
        Ok(self)
    }
}

impl Related<super::owner::Entity> for Entity {
    fn to() -> RelationDef {
        Entity::belongs_to(super::owner::Entity)
            .from(Column::OwnerId)
            .to(super::owner::Column::Id)
            .into()
    }
}

pub fn   badly_formatted( ) -> i32 { 1 }
"#;

const PROGRAM: &str = r#"
use own::{item, owner};
use sea_orm::{ActiveModelTrait, Database, EntityTrait, ModelTrait, NotSet, Set};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = Database::connect(std::env::var("DATABASE_URL")?).await?;
    let owner = owner::ActiveModel { id: Set(1), name: Set("Ann".to_owned()) };
    owner::Entity::insert(owner).exec_without_returning(&db).await?;
    let item = item::ActiveModel {
        id: Set(1),
        owner_id: Set(1),
        name: Set("x".to_owned()),
        extra: NotSet,
    };
    let item = item.insert(&db).await?;
    println!("{} of {:?}", item.name, item.find_related(owner::Entity).one(&db).await?.map(|o| o.name));
    println!("{}", item::badly_formatted());
    Ok(())
}
"#;

const TABLES: [&str; 2] = [
    "CREATE TABLE owner (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL)",
    "CREATE TABLE item (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, name VARCHAR(40) NOT NULL)",
];

/// Appends to a file of the crate.
fn add(out: &Path, file: &str, text: &str) -> Result<()> {
    let path = out.join("src").join(file);
    let now = fs::read_to_string(&path)?;
    Ok(fs::write(path, now + text)?)
}

/// What stands below the line.
fn own(out: &Path, file: &str) -> Result<String> {
    let text = fs::read_to_string(out.join("src").join(file))?;
    let (_, own) = text
        .split_once("stands below this line ---\n")
        .ok_or("no line")?;
    Ok(own.to_owned())
}

/// The same after two runs, between which a column came and the foreign key that the user had told
/// of already; and the crate compiles, with the user's impls in place of the generated ones.
async fn own_code_survives_to_the_byte(scratch: &Scratch) -> Result<()> {
    scratch.run(&TABLES).await?;
    let out = scratch.out();
    let server = format!("{:?}", scratch.server);
    crate_with_program(&out, "own", &server, PROGRAM)?;
    let run = |arguments: &[&str]| reflect(&scratch.url, &out, arguments);
    assert_code(&run(&[]), 0);
    assert_eq!(own(&out, "item.rs")?, "");
    add(&out, "item.rs", OWN)?;
    add(&out, "lib.rs", "mod helper;\r\n// no end of line")?;
    fs::write(out.join("src/helper.rs"), "\n")?;
    assert_code(&run(&["--check"]), 1); // the generated impl gives way

    assert_code(&run(&[]), 0);
    assert_eq!(own(&out, "item.rs")?, OWN);
    assert_code(&run(&["--check"]), 0);
    let key = scratch.server.choose(
        &[
            "ALTER TABLE item ADD COLUMN extra INTEGER",
            "ALTER TABLE item ADD FOREIGN KEY (owner_id) REFERENCES owner (id)",
        ][..],
        &[
            "ALTER TABLE item ADD COLUMN extra INTEGER",
            "ALTER TABLE item ADD FOREIGN KEY (owner_id) REFERENCES owner (id)",
        ][..],
        &[
            "DROP TABLE item",
            "CREATE TABLE item (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL \
             REFERENCES owner (id), name VARCHAR(40) NOT NULL, extra INTEGER)",
        ][..],
    );
    scratch.run(key).await?;
    let output = run(&[]);
    assert_code(&output, 0);
    let report = String::from_utf8(output.stderr)?;
    let stands_in = "your impl Related<owner::Entity> for Entity stands in for the generated one";
    assert!(report.contains(stands_in), "{report}");
    let text = fs::read_to_string(out.join("src/item.rs"))?;
    assert!(text.contains("pub extra: Option<"), "{text}");
    assert_eq!(own(&out, "item.rs")?, OWN);
    assert_eq!(own(&out, "lib.rs")?, "mod helper;\r\n// no end of line");
    assert_code(&run(&["--check"]), 0);

    let output = run_program(&out, &scratch.url)?;
    assert_code(&output, 0);
    assert_eq!(
        String::from_utf8(output.stdout)?,
        "saved by hand of Some(\"Ann\")\n1\n"
    );
    Ok(())
}

/// A table that is gone: its file stays as long as it holds code of the user.
async fn own_code_keeps_a_file_from_being_pruned(scratch: &Scratch) -> Result<()> {
    scratch.run(&TABLES).await?;
    let out = scratch.out();
    let run = |arguments: &[&str]| reflect(&scratch.url, &out, arguments);
    assert_code(&run(&[]), 0);
    add(&out, "item.rs", "fn mine() {}\n")?;
    scratch.run(&["DROP TABLE item"]).await?;
    let output = run(&["--prune"]);
    assert_code(&output, 0);
    let report = String::from_utf8(output.stderr)?;
    assert!(
        report.contains("item.rs: belongs to no table any more, and holds code"),
        "{report}"
    );
    assert_eq!(own(&out, "item.rs")?, "fn mine() {}\n");

    let text = fs::read_to_string(out.join("src/item.rs"))?;
    fs::write(out.join("src/item.rs"), text.replace("fn mine() {}\n", ""))?;
    assert_code(&run(&["--prune"]), 0);
    assert!(!out.join("src/item.rs").exists());
    Ok(())
}
