//! Queries that are sent once for each row of another one.

use std::sync::{Arc, Mutex};

use entity::{order_items, orders, users};
use sea_orm::{DerivePartialModel, EntityLoaderTrait, LoaderTrait, ModelTrait};
use tracing::instrument::WithSubscriber;
use tracing_subscriber::layer::SubscriberExt;
use xtsqlorm::{assert_no_n_plus_one, connection::repeats, prelude::*};

use crate::support::{Result, TestDatabase, on_every_backend};

on_every_backend!(
    a_query_for_each_row_is_found_with_its_place,
    what_seaorm_loads_at_once_is_not,
    seaorm_s_entity_loader_takes_our_handles,
    transactions_warn_where_the_configuration_says_so,
);

async fn orders_one_by_one(provider: &SessionProvider) -> xtsqlorm::Result<usize> {
    let mut found = 0;
    for user in Repository::<users::Entity>::new(provider)
        .find()
        .all()
        .await?
    {
        found += user.find_related(orders::Entity).all(provider).await?.len();
    }
    Ok(found)
}

/// The statement, how often, and the function that sent it; a limit that is not passed tells nothing.
async fn a_query_for_each_row_is_found_with_its_place(db: TestDatabase) -> Result {
    db.seeded().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider).count().await?;
    let (found, repeats) = repeats::detect(3, orders_one_by_one(&provider)).await;
    assert!(found? > 0);
    let [repeat] = &repeats[..] else {
        panic!("{repeats:#?}");
    };
    assert_eq!(repeat.times, users);
    assert!(repeat.statement.starts_with("SELECT ") && repeat.statement.contains("orders"));
    let place = repeat.place.as_deref().unwrap_or_default();
    assert!(place.contains("n_plus_one"), "{repeat:#?}");
    let (_, repeats) = repeats::detect(users, orders_one_by_one(&provider)).await;
    assert_eq!(repeats, []);

    // Both scopes count, and a session is no other scope.
    let (inner, outer) = repeats::detect(3, async {
        let inside = provider.transaction(async |_| orders_one_by_one(&provider).await);
        repeats::detect(3, inside).await.1
    })
    .await;
    assert_eq!(inner.len(), 1);
    assert_eq!(inner[0].statement, outer[0].statement);
    Ok(())
}

/// `load_many`, `load_one`, `find_with_related`, the page of a client, and partial models.
async fn what_seaorm_loads_at_once_is_not(db: TestDatabase) -> Result {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "orders::Entity")]
    struct Numbered {
        number: String,
        user_id: i64,
    }

    db.seeded().await?;
    let provider = db.provider();
    let users = Repository::<users::Entity>::new(&provider);
    let orders = Repository::<orders::Entity>::new(&provider);
    let total = orders.count().await? as usize;
    let loaded = provider
        .transaction(async |session| {
            let loaded = assert_no_n_plus_one!(<= 1, {
                let users = users.find().all().await?;
                let orders = users.load_many(orders::Entity, session).await?;
                let flat: Vec<orders::Model> = orders.into_iter().flatten().collect();
                let items = flat.load_many(order_items::Entity, session).await?;
                let buyers = flat.load_one(users::Entity, session).await?;
                assert!(buyers.iter().all(Option::is_some));
                assert_eq!(items.len(), flat.len());
                flat.len()
            });
            Ok::<_, xtsqlorm::Error>(loaded)
        })
        .await?;
    assert_eq!(loaded, total);
    let pairs = assert_no_n_plus_one!(<= 1, {
        let select = users.find().into_select();
        select.find_with_related(orders::Entity).all(&provider).await?
    });
    assert_eq!(
        pairs.iter().map(|(_, orders)| orders.len()).sum::<usize>(),
        total
    );
    let select = orders.find().into_select();
    let partial = select
        .into_partial_model::<Numbered>()
        .all(&provider)
        .await?;
    assert!(
        partial
            .iter()
            .all(|order| order.user_id > 0 && !order.number.is_empty())
    );
    assert_eq!(partial.len(), total);
    Ok(())
}

/// Entities in SeaORM's dense form, which its loader needs.
mod dense {
    pub(crate) mod customer {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "users")]
        pub(crate) struct Model {
            #[sea_orm(primary_key)]
            pub id: i64,
            pub name: String,
            #[sea_orm(has_many)]
            pub purchases: HasMany<super::purchase::Entity>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }

    pub(crate) mod purchase {
        use sea_orm::entity::prelude::*;

        #[sea_orm::model]
        #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
        #[sea_orm(table_name = "orders")]
        pub(crate) struct Model {
            #[sea_orm(primary_key)]
            pub id: i64,
            pub number: String,
            pub user_id: i64,
            #[sea_orm(belongs_to, from = "user_id", to = "id")]
            pub customer: HasOne<super::customer::Entity>,
        }

        impl ActiveModelBehavior for ActiveModel {}
    }
}

/// A manager, a provider and a session, each of which gives two statements for all rows.
async fn seaorm_s_entity_loader_takes_our_handles(db: TestDatabase) -> Result {
    use dense::{customer, purchase};

    db.seeded().await?;
    let provider = db.provider();
    let total = Repository::<orders::Entity>::new(&provider).count().await?;
    let load = || {
        customer::Entity::load()
            .with(purchase::Entity)
            .order_by_id_asc()
    };
    let before = db.manager().statements_sent();
    let loaded = assert_no_n_plus_one!(<= 1, { load().all(&provider).await? });
    assert_eq!(db.manager().statements_sent() - before, 2);
    let purchases = |customer: &customer::ModelEx| customer.purchases.iter().count() as u64;
    assert_eq!(loaded.iter().map(purchases).sum::<u64>(), total);
    assert_eq!(load().all(&db.manager()).await?, loaded);
    let inside = provider
        .transaction(async |session| Ok::<_, xtsqlorm::Error>(load().all(session).await?))
        .await?;
    assert_eq!(inside, loaded);
    Ok(())
}

/// Once for each statement of a transaction, and nothing where nobody asked for it.
async fn transactions_warn_where_the_configuration_says_so(db: TestDatabase) -> Result {
    db.seeded().await?;
    let silent = db.manager();
    let watching = ConnectionManager::connect(&db.config().warn_repeated(3)).await?;
    let (lines, subscriber) = warnings();
    let managers = [&silent, &watching];
    let worked = async {
        for manager in managers {
            let provider = SessionProvider::new(manager.clone());
            for _ in 0..2 {
                provider
                    .transaction(async |_| orders_one_by_one(&provider).await)
                    .await?;
            }
            // One statement after another, outside a transaction: each is alone.
            orders_one_by_one(&provider).await?;
        }
        Ok::<_, xtsqlorm::Error>(())
    };
    worked.with_subscriber(subscriber).await?;
    assert_eq!(silent.repeated_statements(), []);
    let repeats = watching.repeated_statements();
    assert_eq!(repeats.len(), 1, "{repeats:#?}");
    assert!(repeats[0].times > 3);
    let lines = lines.lock().unwrap().clone();
    let told: Vec<&String> = lines
        .iter()
        .filter(|line| line.contains("more than 3 times"))
        .collect();
    assert_eq!(told.len(), 2, "{lines:#?}");
    assert!(told[0].contains("n_plus_one"), "{told:#?}");
    watching.dispose().await;
    Ok(())
}

/// What is logged, line by line.
fn warnings() -> (
    Arc<Mutex<Vec<String>>>,
    impl tracing::Subscriber + Send + Sync,
) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let subscriber = tracing_subscriber::registry().with(Lines(Arc::clone(&lines)));
    (lines, subscriber)
}

struct Lines(Arc<Mutex<Vec<String>>>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Lines {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        struct Fields(String);
        impl tracing::field::Visit for Fields {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.0.push_str(&format!("{field}={value:?} "));
            }
        }
        let mut fields = Fields(String::new());
        event.record(&mut fields);
        self.0.lock().unwrap().push(fields.0);
    }
}
