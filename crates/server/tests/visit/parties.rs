//! Parties of every sort by the form, with their countries.

use crate::client::Visit;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_sort_of_party_is_registered_by_the_form() {
    let visit = Visit::set_up().await;
    let ada = visit.session_of("ada").await;
    let add = async |name: &str, kind: &str, country: &str| {
        let mut given = vec![("name", name), ("kind", kind)];
        if !country.is_empty() {
            given.push(("country", country));
        }
        visit.fill(&ada, "/parties", "/parties", &given).await
    };
    for (name, kind, country, told) in [
        ("Institute", "organisation", "Kenya", "an organisation in a country"),
        ("Republic", "country", "Serbia", "a country, spoken for by its government"),
        ("Regional office", "international", "", "an international or regional organisation"),
        ("Headquarters", "international", "Switzerland", "an international or regional organisation"),
        ("Partners", "group", "", "a group of parties"),
    ] {
        let made = add(name, kind, country).await;
        assert_eq!(made.status, 303, "{name}: {}", made.body);
        let page = visit.get(&ada, made.header("location")).await.body;
        assert!(page.contains(told) && page.contains(country), "{name}: {page}");
        let list = visit.get(&ada, "/parties").await.body;
        assert!(
            list.contains(&format!("<bdi>{name}</bdi>")) && (kind == "group" || list.contains(told)),
            "{list}"
        );
    }
    for kind in ["organisation", "country"] {
        let refused = add("Nowhere", kind, "").await;
        assert!(refused.status == 422 && refused.body.contains("choose the country"), "{}", refused.body);
    }
}
