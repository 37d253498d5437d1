//! The entity crate of this workspace is what reflection gives.

use migration::{Migrator, MigratorTrait};
use sea_orm::Database;

use crate::support::{Result, TestDatabase, assert_code, reflect, workspace};

/// Reads the sample schema and compares; the diff says what drifted, and `scripts/entity` mends it.
mod the_entity_crate_has_not_drifted {
    use super::*;

    #[tokio::test]
    #[ignore = "needs a server: scripts/test"]
    async fn mysql() -> Result<()> {
        let database = TestDatabase::create("XTSQLORM_TEST_MYSQL_URL", "entities").await?;
        Migrator::up(&Database::connect(database.url()).await?, None).await?;
        let config = workspace().join("xtsqlorm.toml");
        let config = config.display().to_string();
        let arguments = ["--check", "--config", &config];
        let output = reflect(&database.url(), &workspace().join("entity"), &arguments);
        assert_code(&output, 0);
        database.drop().await
    }
}
