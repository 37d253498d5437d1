// What every example of the documentation starts from: the sample schema in a database in memory.

#[allow(unused_imports)]
use entity::{countries, orders, tags, users};
#[allow(unused_imports)]
use xtsqlorm::prelude::*;

fn on_sample_database<F: Future<Output = xtsqlorm::Result<()>>>(
    doctest: impl FnOnce(SessionProvider) -> F,
) -> Result<(), Box<dyn std::error::Error>> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(async {
            let config = DatabaseConfig::from_url("sqlite::memory:")?;
            let manager = ConnectionManager::connect(&config).await?;
            <migration::Migrator as migration::MigratorTrait>::up(manager.db(), None).await?;
            doctest(SessionProvider::new(manager)).await?;
            Ok(())
        })
}
