//! Joins along every relation, and compares what comes out.

use relations::prelude::*;
use relations::u4e2d_u6587_u8868 as chinese;
use relations::{actor, film, op, option, poster, shop, staff, table_1digit, task, r#type};
use sea_orm::{
    Database, DatabaseConnection, EntityTrait, JoinType, ModelTrait, QuerySelect, RelationDef,
    RelationTrait,
};

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

/// How many rows an entity has when it is joined along a relation.
async fn joined<E: EntityTrait>(db: &DatabaseConnection, relation: RelationDef) -> Result<usize> {
    let select = E::find().join_as(JoinType::InnerJoin, relation, "other");
    Ok(select.all(db).await?.len())
}

#[tokio::main]
async fn main() -> Result {
    let db = Database::connect(std::env::var("DATABASE_URL")?).await?;
    let db = &db;

    // Several keys to one table are called after their columns, and so are their reverses.
    assert_eq!(joined::<Task>(db, task::Relation::OpAOpB.def()).await?, 2);
    assert_eq!(joined::<Task>(db, task::Relation::Type.def()).await?, 2);
    assert_eq!(joined::<Task>(db, task::Relation::SelfRef.def()).await?, 1);
    assert_eq!(joined::<Op>(db, op::Relation::TaskByOpAOpB.def()).await?, 2);
    assert_eq!(joined::<Op>(db, op::Relation::TaskByType.def()).await?, 2);
    let joined_ops = Op::find()
        .join(JoinType::InnerJoin, op::Relation::TaskByType.def())
        .all(db)
        .await?;
    assert!(joined_ops.iter().all(|op: &op::Model| op.code == "y"));

    // Two tables that refer to each other.
    assert_eq!(joined::<Shop>(db, shop::Relation::Staff.def()).await?, 1);
    assert_eq!(
        joined::<Shop>(db, shop::Relation::StaffByShop.def()).await?,
        1
    );
    assert_eq!(
        joined::<Staff>(db, staff::Relation::ShopByHead.def()).await?,
        1
    );
    let staff = Staff::find().one(db).await?.expect("a row");
    assert_eq!(
        staff
            .find_related(Shop)
            .one(db)
            .await?
            .map(|shop| shop.head_id),
        Some(Some(3))
    );

    // A junction is the way between its two tables, the direct key has its own relation.
    let film = Film::find_by_id(1).one(db).await?.expect("a row");
    assert_eq!(
        film.find_related(Actor).all(db).await?,
        [actor::Model {
            id: 7,
            best_film_id: Some(2)
        }]
    );
    let actor = Actor::find().one(db).await?.expect("a row");
    assert_eq!(actor.find_related(Film).all(db).await?, [film]);
    let best = Actor::find()
        .join(JoinType::InnerJoin, actor::Relation::Film.def())
        .select_also(Film)
        .one(db)
        .await?;
    assert_eq!(
        best.and_then(|(_, film)| film)
            .map(|film| film.title)
            .as_deref(),
        Some("two")
    );
    assert_eq!(
        joined::<Film>(db, film::Relation::ActorByBestFilm.def()).await?,
        1
    );

    // A key that is the primary key is one to one.
    let posters = Film::find().find_also_related(Poster).all(db).await?;
    let found = posters
        .iter()
        .filter(|(_, poster)| poster.is_some())
        .count();
    assert_eq!((posters.len(), found), (2, 1));
    let _: poster::Model = posters
        .into_iter()
        .find_map(|(_, poster)| poster)
        .expect("a poster");

    // Names that Rust does not take; the prelude hides nothing of Rust's own.
    let row: Option<option::Model> = OptionEntity::find().one(db).await?;
    let row = row.expect("a row");
    assert_eq!(
        (row.a_b_2, row.a_b, row.self_column),
        (Some(11), Some(12), Some(13))
    );
    assert_eq!((row.gen_column, row.column_2col), (Some(14), Some(15)));
    let digit: table_1digit::Model = row.find_related(Table1digit).one(db).await?.expect("a row");
    assert_eq!(digit.r#type, 1);
    assert_eq!(digit.find_related(chinese::Entity).all(db).await?.len(), 2);
    assert_eq!(
        joined::<chinese::Entity>(db, chinese::Relation::SelfRef.def()).await?,
        1
    );
    let word: r#type::Model = Type::find().one(db).await?.expect("a row");
    let row = word
        .find_related(chinese::Entity)
        .one(db)
        .await?
        .expect("a row");
    assert_eq!((row.id, row.名称, row.self_column), (6, Some(1), Some(5)));
    println!("done");
    Ok(())
}
