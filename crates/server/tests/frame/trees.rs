//! Trees of what a question selects: nodes as a field, Newick, datasets for viewers; to whom which genome is shown, and
//! whose mutations.

use crate::client::{Answer, send};
use crate::questions::{ask, count, data};
use crate::serving::Server;
use crate::walk::world::{HOWS, How, PATHOGEN, READERS, World, sees, takes};
use hearth_server::app::index::follow;
use serde_json::{Value, json};
use std::collections::BTreeMap;

async fn world_of(hows: &[How]) -> World {
    let mut world = World::new().await;
    for how in hows {
        world.add(*how).await;
    }
    follow::catch_up(&world.server.app).await.expect("followed");
    world
}

async fn dataset(world: &World, headers: &[(&str, &str)], prefix: &str) -> Answer {
    world.server.get(&format!("/charon/getDataset?prefix={prefix}"), headers).await
}

/// The tips of a dataset that are genomes, by their names.
fn genomes(answer: &Answer) -> BTreeMap<String, Value> {
    assert_eq!(answer.status, 200, "{:.300}", answer.body);
    let told: Value = serde_json::from_str(&answer.body).expect("JSON");
    let (mut nodes, mut found) = (vec![told["tree"].clone()], BTreeMap::new());
    while let Some(node) = nodes.pop() {
        nodes.extend(node["children"].as_array().into_iter().flatten().cloned());
        if node["node_attrs"]["kind"]["value"] == "genome" {
            found.insert(node["name"].as_str().expect("a name").to_owned(), node);
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_are_a_field_with_what_descends_from_them() {
    let world = world_of(&[How::Open, How::Open, How::Kept]).await;
    let world = &world;
    let groups = data(world, None, "aggregated?fields=nearestNode").await;
    let node = groups[0]["nearestNode"].as_str().expect("a node").to_owned();
    assert_eq!(groups, json!([{ "nearestNode": node, "count": 2 }]));
    let config = ask(world, None, "databaseConfig").await;
    assert!(config.body.contains(r#""isPhyloTreeField":true,"name":"nearestNode""#), "{}", config.body);
    let tree = world.server.app.packs.named(PATHOGEN).and_then(|ready| ready.pack.tree()).expect("a tree");
    let root = tree.node_name(0);
    for (filter, expected) in [
        (format!("nearestNode={node}"), 2),
        (format!("nearestNode.phyloDescendantOf={root}"), 2),
        (format!("advancedQuery=nearestNode.PhyloDescendantOf={node}"), 2),
        (format!("advancedQuery=!nearestNode.phyloDescendantOf={root}"), 0),
        ("nearestNode.isNull=true".to_owned(), 0),
    ] {
        assert_eq!(count(world, None, &filter).await, expected, "{filter}");
    }
    let one = data(world, None, "mostRecentCommonAncestor?phyloTreeField=NEARESTnode").await;
    assert_eq!(one, json!([{ "mrcaNode": node, "missingNodeCount": 0, "missingFromTree": null }]));
    let none = "mostRecentCommonAncestor?phyloTreeField=nearestNode&country=Ghana&dataFormat=csv";
    let none = ask(world, None, none).await;
    assert_eq!(none.body, "mrcaNode,missingNodeCount,missingFromTree\n,0,\n");
    let tree = ask(world, None, "phyloSubtree?phyloTreeField=nearestNode").await;
    assert_eq!((tree.body, tree.headers.len() > 3), (format!("{node};\n"), true));
    let file = "phyloSubtree?phyloTreeField=nearestNode&country=Ghana&downloadAsFile=true";
    let file = ask(world, None, file).await;
    assert_eq!(file.header("content-type"), "text/x-nh;charset=UTF-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"phyloSubtree.nwk\"");
    assert_eq!(file.body, ";\n");
    for (what, status, sentence) in [
        ("mostRecentCommonAncestor", 400, "phyloTreeField is required, known values are [nearestNode]"),
        ("phyloSubtree?phyloTreeField=clade", 400, "'clade' is not a phylo tree field"),
        ("phyloSubtree?phyloTreeField=nearestNode&dataFormat=csv", 406, "ask for NEWICK"),
        ("aggregated?nearestNode.phyloDescendantOf=NONE", 400, "there is no node 'NONE' in the tree"),
    ] {
        let answer = ask(world, None, what).await;
        let told: Value = serde_json::from_str(&answer.body).expect("JSON");
        let detail = told["error"]["detail"].as_str().or(told["detail"].as_str()).expect("a sentence");
        assert!(answer.status == status && detail.contains(sentence), "{what}: {} {detail}", answer.status);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_reader_gets_their_genomes_and_mutations_within_the_terms() {
    let world = world_of(&HOWS).await;
    for reader in READERS.into_iter().filter(|reader| *reader != "ada") {
        let session = match reader {
            "" => None,
            reader => Some(format!("hearth={}", world.server.session_of(reader).await)),
        };
        let headers: Vec<(&str, &str)> = session.iter().map(|one| ("Cookie", one.as_str())).collect();
        let found = genomes(&dataset(&world, &headers, &format!("/trees/{PATHOGEN}")).await);
        let released = HOWS.into_iter().filter(|how| !matches!(how, How::Drafted | How::Kept));
        let (seen, taken): (Vec<bool>, Vec<bool>) =
            released.map(|how| (sees(reader, how, false), takes(reader, how, false))).unzip();
        let many = |flags: &[bool]| flags.iter().filter(|flag| **flag).count();
        assert_eq!(found.len(), many(&seen), "{reader}");
        let has_mutations = |node: &&Value| node["branch_attrs"]["mutations"]["nuc"].is_array();
        assert_eq!(found.values().filter(has_mutations).count(), many(&taken), "{reader}");
        // What is counted of all is shown of all.
        assert!(found.values().all(|node| node["node_attrs"]["div"].as_f64() > Some(10.0)), "{reader}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dataset_is_of_a_question_in_its_path() {
    let world = world_of(&[How::Open, How::Open]).await;
    let world = &world;
    let whole = dataset(world, &[], &format!("/{PATHOGEN}")).await;
    let told: Value = serde_json::from_str(&whole.body).expect("JSON");
    assert_eq!((&told["version"], &told["meta"]["panels"]), (&json!("v2"), &json!(["tree", "entropy"])));
    assert_eq!(told["root_sequence"]["nuc"].as_str().map(str::len), Some(29_903));
    assert_eq!(told["meta"]["genome_annotations"]["S"]["start"], 21_563);
    let found = genomes(&whole);
    let one = found.get(&format!("{}.1", world.accessions[0])).expect("the first");
    assert_eq!(one["node_attrs"]["country"]["value"], "Kenya");
    // 26 March is the 86th of 366 days.
    assert_eq!(one["node_attrs"]["num_date"]["value"], 2020.233606557);
    let mutations = one["branch_attrs"]["mutations"]["nuc"].as_array().expect("mutations");
    let by_filter = format!("nucleotideMutations={}", mutations[0].as_str().expect("a code"));
    assert!(count(world, None, &by_filter).await >= 1, "{by_filter}");
    for (rest, expected) in [
        ("/country=Kenya/dateFrom=2020-01-01", 2),
        ("/country=Ghana", 0),
        ("/newest=1", 1),
        ("/advancedQuery=country~3D~27Kenya~27~20~26~20!1000", 2),
        ("/country.regex=^Ken&type=", 2),
    ] {
        let answer = dataset(world, &[], &format!("/trees/{PATHOGEN}{rest}")).await;
        assert_eq!(genomes(&answer).len(), expected, "{rest}");
    }
    for (rest, status, sentence) in [
        (format!("/{PATHOGEN}/x=1"), 400, "'x' is not a valid sequence filter key"),
        (format!("/{PATHOGEN}/newest=0"), 400, "must be a number from 1 to 5000"),
        (format!("/{PATHOGEN}/Kenya"), 400, "says nothing"),
        ("/none".to_owned(), 404, "this server has no pathogen none"),
        (format!("/{PATHOGEN}&type=measurements"), 404, "nothing of type measurements"),
    ] {
        let answer = dataset(world, &[], &rest).await;
        let told: Value = serde_json::from_str(&answer.body).expect("JSON");
        let detail = told["detail"].as_str().expect("a sentence");
        assert!(answer.status == status && detail.contains(sentence), "{rest}: {} {detail}", answer.status);
    }
    assert_eq!(dataset(world, &[], "/trees").await.status, 204);
    let root = dataset(world, &[], &format!("/{PATHOGEN}&type=root-sequence")).await;
    assert!(root.status == 200 && root.body.contains("\"nuc\":\"ATTAAAGG"), "{:.200}", root.body);
    let available = world.server.get("/charon/getAvailable?prefix=/", &[]).await;
    let expected = json!({ "datasets": [{ "request": format!("trees/{PATHOGEN}") }], "narratives": [] });
    assert_eq!(serde_json::from_str::<Value>(&available.body).ok(), Some(expected));
    assert_eq!(available.header("access-control-allow-origin"), "", "no page of another site reads it");
    assert_eq!(world.server.get("/charon/getNarrative?prefix=/x&type=md", &[]).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_viewer_is_served_from_its_folder_and_nothing_else_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let viewer = folder.path().join("dist");
    std::fs::create_dir(&viewer).expect("a folder");
    for (name, text) in [("index.html", "<p>trees</p>"), ("main.js", "1"), (".hidden.js", "2")] {
        std::fs::write(viewer.join(name), text).expect("written");
    }
    std::fs::write(folder.path().join("secret.js"), "3").expect("written");
    let server = Server::set_up(|config| config.viewers.auspice = viewer).await;
    for path in ["/trees", "/trees/sars-cov-2/country=Kenya"] {
        let page = server.get(path, &[]).await;
        assert_eq!((page.status, page.body.as_str()), (200, "<p>trees</p>"), "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.contains("style-src 'self' 'unsafe-inline'") && !policy.contains("http"), "{policy}");
    }
    let script = server.get("/dist/main.js", &[]).await;
    assert_eq!(
        (script.body.as_str(), script.header("content-type")),
        ("1", "text/javascript; charset=utf-8")
    );
    for none in
        ["/dist/.hidden.js", "/dist/other.js", "/dist/../secret.js", "/dist/..%2Fsecret.js", "/dist/a/b.js"]
    {
        let answer = send(server.address, "GET", none, &[], "").await;
        assert_eq!(answer.status, 404, "{none}");
    }
    let without = Server::set_up(|_| {}).await;
    let answer = without.get("/trees/x", &[("Accept", "text/html")]).await;
    assert!(answer.status == 404 && answer.body.contains("viewer of trees"), "{}", answer.body);
}
