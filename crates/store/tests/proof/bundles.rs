//! A bundle goes from one server to another.

use crate::world::{World, letters_of, only};
use hearth_base::audience::Audience;
use hearth_base::digest::Digest;
use hearth_ledger::bundle::{BundleError, Since};
use hearth_ledger::note::VerifierKey;
use hearth_ledger::tree::Hash;
use hearth_store::bundles::{self, ExportError, Exported, ImportError, Imported, Wanted};
use hearth_store::db::Value;
use hearth_store::log::erase;
use hearth_store::log::verify::VerifyError;

/// The bundle of the laboratory's part for its partner.
async fn export(world: &World, since: Option<Since>) -> Result<(Vec<u8>, Exported), ExportError> {
    let reader = world.scope(world.partner).await;
    let wanted = Wanted { party: world.lab, reader: &reader, since };
    let (key, _) = world.key().await;
    let mut out = Vec::new();
    let letters = world.letters();
    let exported = bundles::export(&world.store, &world.blobs, &key, &wanted, &letters, &mut out).await?;
    assert_eq!(exported.bytes, out.len() as u64);
    Ok((out, exported))
}

async fn import(world: &World, bundle: &[u8], trusted: &VerifierKey) -> Result<Imported, ImportError> {
    let digest = world.blobs.put(bundle.to_vec()).await.expect("kept");
    bundles::import(&world.store, &world.blobs, &digest, trusted, world.keeper(), world.now()).await
}

async fn since(world: &World) -> Option<Since> {
    let mut read = world.store.read().await.expect("reading");
    bundles::since(&mut read, crate::world::ORIGIN).await.expect("read")
}

#[tokio::test]
async fn a_second_server_takes_in_what_it_may_see_and_later_only_what_is_new() {
    let from = World::filled(9).await;
    let to = World::empty("other.test/log").await;
    let trusted = from.key().await.0.verifier().clone();
    let (bundle, exported) = export(&from, None).await.expect("written");
    // The laboratory itself, three public genomes and three for the partner, a document; a sequence each, and a file.
    assert_eq!((exported.entries, exported.blobs), (8, 7));
    let imported = import(&to, &bundle, &trusted).await.expect("taken in");
    assert_eq!((imported.new, imported.blobs), (8, 7));
    assert!(imported.entry.is_some());
    assert_eq!(to.blobs.get(&Digest::of(&letters_of(1))).await.expect("its letters"), letters_of(1));
    assert!(to.blobs.get(&Digest::of(&letters_of(2))).await.is_err(), "not released");
    assert_eq!(to.verify().await.expect("proven").foreign, 8);

    let again = import(&to, &bundle, &trusted).await.expect("taken in");
    assert_eq!((again.new, again.entry), (0, None));

    let released = from.genome(30, Some(only(from.partner))).await;
    from.publish().await.expect("it grew");
    let (unproven, _) = export(&from, None).await.expect("written");
    let refused = import(&to, &unproven, &trusted).await.expect_err("refused");
    assert!(matches!(refused, ImportError::NeedsSince { .. }), "{refused}");
    let (later, _) = export(&from, since(&to).await).await.expect("written");
    let imported = import(&to, &later, &trusted).await.expect("taken in");
    assert_eq!((imported.new, imported.entries), (1, 9));
    let older = import(&to, &bundle, &trusted).await.expect_err("refused");
    assert!(matches!(older, ImportError::Older { .. }), "{older}");
    assert_eq!(to.verify().await.expect("proven").foreign, 9);

    let mut writing = from.store.write(from.now()).await.expect("a turn");
    erase::erase(&mut writing, from.keeper(), &[released[1].id], "a law").await.expect("erased");
    writing.commit().await.expect("committed");
    from.publish().await.expect("it grew");
    let (erased, _) = export(&from, since(&to).await).await.expect("written");
    let imported = import(&to, &erased, &trusted).await.expect("taken in");
    assert_eq!((imported.new, imported.erased), (0, 1));
    assert_eq!(to.verify().await.expect("proven").foreign, 9);
}

#[tokio::test]
async fn what_is_not_whole_or_not_trusted_leaves_nothing() {
    let from = World::filled(6).await;
    let to = World::empty("other.test/log").await;
    let trusted = from.key().await.0.verifier().clone();
    let (bundle, _) = export(&from, None).await.expect("written");
    let size = to.store.head().await.expect("a head").size;
    for at in [600, bundle.len() / 2, bundle.len() - 1_200] {
        let mut changed = bundle.clone();
        changed[at] ^= 1;
        let refused = import(&to, &changed, &trusted).await;
        assert!(matches!(refused, Err(ImportError::Bundle(_))), "{at}: {refused:?}");
    }
    let cut = import(&to, &bundle[..bundle.len() - 512], &trusted).await;
    assert!(matches!(cut, Err(ImportError::Bundle(BundleError::Cut { .. }))), "{cut:?}");
    let stranger = to.key().await.0.verifier().clone();
    let refused = import(&to, &bundle, &stranger).await;
    assert!(matches!(refused, Err(ImportError::Bundle(BundleError::Keys(_)))), "{refused:?}");
    let own = import(&from, &bundle, &trusted).await;
    assert!(matches!(own, Err(ImportError::Own(_))), "{own:?}");
    assert_eq!(to.store.head().await.expect("a head").size, size);
    assert_eq!(since(&to).await, None);
    let at_home = to.verify().await.expect("nothing came");
    assert_eq!(at_home.foreign, 0);
}

#[tokio::test]
async fn a_log_with_two_pasts_is_refused_and_told() {
    let from = World::filled(6).await;
    let trusted = from.key().await.0.verifier().clone();
    let to = World::empty("other.test/log").await;
    let (bundle, _) = export(&from, None).await.expect("written");
    import(&to, &bundle, &trusted).await.expect("taken in");

    // The same key signs another log of the same name.
    let twin = World::empty(crate::world::ORIGIN).await;
    std::fs::create_dir_all(twin.keys.path()).expect("a folder");
    std::fs::copy(from.keys.path().join("log.key"), twin.keys.path().join("log.key")).expect("copied");
    twin.fill(6).await;
    twin.publish().await.expect("it grew");
    let (other, _) = export(&twin, None).await.expect("written");
    let refused = import(&to, &other, &trusted).await.expect_err("refused");
    assert!(matches!(refused, ImportError::Forked { .. }), "{refused}");
    twin.genome(31, Some(Audience::Public)).await;
    twin.publish().await.expect("it grew");
    let its_own =
        Since { size: twin.store.head().await.expect("a head").size - 2, root: twin_root(&twin).await };
    let (other, _) = export(&twin, Some(its_own)).await.expect("written");
    let refused = import(&to, &other, &trusted).await.expect_err("refused");
    assert!(refused.to_string().contains("shows another past than before"), "{refused}");
    // And the twin finds that the receiver's head is not its own.
    let refused = export(&twin, since(&to).await).await.expect_err("refused");
    assert!(matches!(refused, ExportError::OtherPast { .. }), "{refused}");
    let ahead = Since { size: 1_000, root: Hash::of_empty_tree() };
    assert!(matches!(export(&twin, Some(ahead)).await, Err(ExportError::Ahead { .. })));
}

async fn twin_root(twin: &World) -> Hash {
    let size = twin.store.head().await.expect("a head").size - 2;
    let mut read = twin.store.read().await.expect("reading");
    let head = hearth_store::log::heads::at_size(&mut read, size).await.expect("read").expect("published");
    head.head.root
}

#[tokio::test]
async fn a_changed_entry_of_another_log_is_named() {
    let from = World::filled(6).await;
    let trusted = from.key().await.0.verifier().clone();
    let (bundle, _) = export(&from, None).await.expect("written");
    for (sql, expected) in [
        (
            "UPDATE foreign_entry SET salt = $1 WHERE seq = 0",
            "entry 0 of hearth.test/log: its bytes or its salt",
        ),
        (
            "UPDATE foreign_proof SET root = $1",
            "what proves entries of hearth.test/log: its tree does not lead",
        ),
    ] {
        let to = World::empty("other.test/log").await;
        import(&to, &bundle, &trusted).await.expect("taken in");
        let mut tx = to.store.database().begin_write().await.expect("a turn");
        tx.execute(sql, [Value::from(&[0_u8; 32])]).await.expect("changed");
        tx.commit().await.expect("committed");
        let Err(VerifyError::Wrong(wrong)) = to.verify().await else { panic!("{sql}") };
        assert!(wrong.to_string().starts_with(expected), "{wrong}");
    }
}
