//! One manager for one key, for the process.

use xtsqlorm::connection::ConnectionManager;

use crate::support::Result;

const CHILD: &str = "XTSQLORM_TEST_CHILD";

/// Everybody who names a key, or an alias of it, gets the same pool.
///
/// The key's configuration comes from the environment, so this runs in a process of its own.
#[test]
fn a_key_has_one_pool_for_the_process() -> Result {
    if std::env::var_os(CHILD).is_some() {
        let runtime = || {
            tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()
        };
        runtime()?.block_on(one_pool_for_one_key())?;
        return runtime()?.block_on(another_runtime_has_its_own());
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("suite.toml");
    let database = folder.path().join("suite.db");
    let settings = format!(
        "[databases.default]\nalias = 'shop'\n\n\
         [databases.shop]\ntype = 'sqlite'\ndatabase = '{0}'\n\n\
         [databases.other]\ntype = 'sqlite'\ndatabase = '{0}'\n",
        database.display()
    );
    std::fs::write(&file, settings)?;
    let name = format!("{}::a_key_has_one_pool_for_the_process", module_path!());
    let (_, test) = name.split_once("::").expect("a path of modules");
    let child = std::process::Command::new(std::env::current_exe()?)
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, "1")
        .env("XTSQLORM_CONFIG", &file)
        .env_remove("DATABASE_URL")
        .output()?;
    let printed = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success(),
        "{printed}\n{}",
        String::from_utf8_lossy(&child.stderr)
    );
    assert!(
        printed.contains("1 passed"),
        "the child ran the test: {printed}"
    );
    Ok(())
}

async fn one_pool_for_one_key() -> Result {
    // Sixteen at a time, none of whom was first.
    let tasks: Vec<_> = (0..16)
        .map(|_| tokio::spawn(ConnectionManager::shared("shop")))
        .collect();
    let shop = ConnectionManager::shared("shop").await?;
    for task in tasks {
        assert_eq!(task.await??, shop);
    }
    assert_ne!(ConnectionManager::shared("other").await?, shop);
    assert_eq!(
        ConnectionManager::shared("default").await?,
        shop,
        "an alias"
    );

    let unknown = ConnectionManager::shared("shopp").await.unwrap_err();
    assert!(
        unknown.to_string().contains("did you mean `shop`"),
        "{unknown}"
    );

    shop.dispose().await;
    let next = ConnectionManager::shared("shop").await?;
    assert_ne!(next, shop, "the disposed one is replaced");
    next.try_ping().await?;
    Ok(())
}

async fn another_runtime_has_its_own() -> Result {
    let shop = ConnectionManager::shared("shop").await?;
    shop.try_ping().await?;
    assert_eq!(ConnectionManager::shared("shop").await?, shop);
    Ok(())
}
