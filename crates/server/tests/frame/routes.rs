//! Every route, with every kind of caller: a route that is not expected here fails.

use crate::client::{Answer, FORM, send};
use crate::serving::Server;
use hearth_base::role::Role;
use hearth_server::http::routes::rules;

/// Kinds of callers, in the order of the columns below.
const CALLERS: [&str; 7] = [
    "nobody",
    "somebody without roles",
    "a submitter",
    "an administrator of a party",
    "an administrator of the server",
    "a token to read, of the last",
    "a token to administer, of the last",
];

/// For each caller: P it passes (whatever the handler then says of what was sent), S it is sent to sign in, F it is
/// refused.
const EXPECTED: &[(&str, &str, &str)] = &[
    ("GET", "/", "PPPPPPP"),
    ("GET", "/static/hearth.css", "PPPPPPP"),
    ("GET", "/search", "PPPPPPP"),
    ("GET", "/sign-in", "PPPPPPP"),
    ("POST", "/sign-in", "PPPPPPP"),
    ("GET", "/sign-in/oidc", "PPPPPPP"),
    ("GET", "/sign-in/oidc/done", "PPPPPPP"),
    ("POST", "/sign-out", "PPPPPPP"),
    ("GET", "/set-up/{token}", "PPPPPPP"),
    ("POST", "/set-up/{token}", "PPPPPPP"),
    ("GET", "/invitations/{token}", "PPPPPPP"),
    ("POST", "/invitations/{token}", "PPPPPPP"),
    ("GET", "/account", "SPPPPPP"),
    ("POST", "/account/tokens", "SPPPPFF"),
    ("POST", "/account/tokens/{id}/revoke", "SPPPPFF"),
    ("GET", "/account/password", "SPPPPPP"),
    ("POST", "/account/password", "SPPPPFF"),
    ("GET", "/people/new", "SFFPPFF"),
    ("POST", "/people", "SFFPPFF"),
    ("POST", "/people/{id}/link", "SFFPPFF"),
    ("POST", "/people/{id}/roles", "SFFPPFF"),
    ("POST", "/people/{id}/close", "SFFPPFF"),
    ("GET", "/submit", "SFPFPFF"),
    ("GET", "/submit/template.tsv", "PPPPPPP"),
    ("GET", "/submit/template.xlsx", "PPPPPPP"),
    ("GET", "/batches", "SPPPPPP"),
    ("POST", "/batches", "SFPFPFF"),
    ("GET", "/batches/{id}", "SPPPPPP"),
    ("POST", "/batches/{id}/submit", "SFPFPFF"),
    ("POST", "/batches/{id}/accept", "SFPFPFF"),
    ("POST", "/batches/{id}/discard", "SFPFPFF"),
    ("POST", "/batches/{id}/approve", "SFFFPFF"),
    ("POST", "/batches/{id}/send-back", "SFFFPFF"),
    ("POST", "/batches/{id}/release", "SFFFPFF"),
    ("GET", "/genomes", "PPPPPPP"),
    ("GET", "/genomes.fasta", "PPPPPPP"),
    ("GET", "/genomes.tsv", "PPPPPPP"),
    ("GET", "/genomes.json", "PPPPPPP"),
    ("GET", "/genomes.manifest.json", "PPPPPPP"),
    ("GET", "/ask", "PPPPPPP"),
    ("GET", "/ask/{pathogen}", "PPPPPPP"),
    ("GET", "/ask/{pathogen}/feed.atom", "PPPPPPP"),
    ("GET", "/ask/{pathogen}/feed.json", "PPPPPPP"),
    ("GET", "/feeds/{token}/feed.atom", "PPPPPPP"),
    ("GET", "/feeds/{token}/feed.json", "PPPPPPP"),
    ("GET", "/searches", "SPPPPPP"),
    ("POST", "/searches", "SPPPPPP"),
    ("POST", "/searches/address", "SPPPPFF"),
    ("GET", "/searches/{id}", "SPPPPPP"),
    ("POST", "/searches/{id}/change", "SPPPPPP"),
    ("POST", "/searches/{id}/seen", "SPPPPPP"),
    ("POST", "/searches/{id}/forget", "SPPPPPP"),
    ("POST", "/searches/{id}/feed", "SPPPPFF"),
    ("POST", "/searches/{id}/feed/end", "SPPPPFF"),
    ("POST", "/searches/{id}/webhook", "SPPPPFF"),
    ("POST", "/searches/{id}/webhook/end", "SPPPPFF"),
    ("POST", "/searches/{id}/webhook/resume", "SPPPPFF"),
    ("POST", "/searches/{id}/mail", "SPPPPFF"),
    ("POST", "/searches/{id}/mail/end", "SPPPPFF"),
    ("POST", "/searches/{id}/mail/resume", "SPPPPFF"),
    ("GET", "/mail/{token}", "PPPPPPP"),
    ("POST", "/mail/{token}", "PPPPPPP"),
    ("GET", "/unsubscribe/{token}", "PPPPPPP"),
    ("POST", "/unsubscribe/{token}", "PPPPPPP"),
    ("GET", "/api/v1/searches", "SPPPPPP"),
    ("POST", "/api/v1/searches", "SPPPPPP"),
    ("GET", "/api/v1/searches/{id}", "SPPPPPP"),
    ("PATCH", "/api/v1/searches/{id}", "SPPPPPP"),
    ("DELETE", "/api/v1/searches/{id}", "SPPPPPP"),
    ("GET", "/take/{pathogen}", "PPPPPPP"),
    ("GET", "/take/{pathogen}/changes", "PPPPPPP"),
    ("GET", "/genomes/{accession}", "PPPPPPP"),
    ("GET", "/genomes/{accession}/sequence.fasta", "PPPPPPP"),
    ("GET", "/genomes/{accession}/metadata.json", "PPPPPPP"),
    ("GET", "/genomes/{accession}/compare", "PPPPPPP"),
    ("GET", "/genomes/{accession}/revise", "SPPPPPP"),
    ("POST", "/genomes/{accession}/revise", "SPPPPPP"),
    ("GET", "/genomes/{accession}/send-back", "SFFFPFF"),
    ("POST", "/genomes/{accession}/send-back", "SFFFPFF"),
    ("GET", "/genomes/{accession}/withdraw", "SFFFPFF"),
    ("POST", "/genomes/{accession}/withdraw", "SFFFPFF"),
    ("GET", "/documents", "PPPPPPP"),
    ("POST", "/documents", "SFFFPFF"),
    ("GET", "/documents/{id}", "PPPPPPP"),
    ("POST", "/documents/{id}/editions", "SFFFPFF"),
    ("POST", "/documents/{id}/editions/{edition}/files", "SFFFPFF"),
    ("POST", "/documents/{id}/editions/{edition}/shares", "SFFFPFF"),
    ("POST", "/documents/{id}/editions/{edition}/release", "SFFFPFF"),
    ("POST", "/documents/{id}/editions/{edition}/withdraw", "SFFFPFF"),
    ("GET", "/documents/{id}/files/{file}", "PPPPPPP"),
    ("POST", "/shares/{id}/confirm", "SPPPPPP"),
    ("GET", "/aid", "PPPPPPP"),
    ("POST", "/aid", "SFFFPFF"),
    ("POST", "/aid/{id}/move", "SFFFPFF"),
    ("POST", "/aid/{id}/confirm", "SPPPPPP"),
    ("GET", "/parties", "SPPPPPP"),
    ("POST", "/parties", "SFFFPFP"),
    ("GET", "/parties/{id}", "SPPPPPP"),
    ("POST", "/parties/{id}/members", "SFFFPFP"),
    ("POST", "/parties/{id}/members/remove", "SFFFPFP"),
    ("GET", "/terms", "PPPPPPP"),
    ("POST", "/terms", "SFFFPFP"),
    ("GET", "/terms/{code}/accept", "SPPPPPP"),
    ("POST", "/terms/{code}/accept", "SPPPPPP"),
    ("GET", "/figures", "PPPPPPP"),
    ("GET", "/ledger", "PPPPPPP"),
    ("GET", "/ledger/{id}", "PPPPPPP"),
    ("GET", "/ledger/{id}/receipt", "PPPPPPP"),
    ("GET", "/log/checkpoint", "PPPPPPP"),
    ("GET", "/log/keys", "PPPPPPP"),
    ("GET", "/log/tile/{*path}", "PPPPPPP"),
    ("GET", "/api/v1/openapi.json", "PPPPPPP"),
    ("GET", "/api/v1/whoami", "SPPPPPP"),
    ("GET", "/api/v1/terms", "PPPPPPP"),
    ("GET", "/api/v1/parties", "SPPPPPP"),
    ("OPTIONS", "/api/v1/uploads", "PPPPPPP"),
    ("POST", "/api/v1/uploads", "SFPFPFF"),
    ("GET", "/api/v1/uploads/{id}", "SFPFPFF"),
    ("PATCH", "/api/v1/uploads/{id}", "SFPFPFF"),
    ("DELETE", "/api/v1/uploads/{id}", "SFPFPFF"),
    ("GET", "/api/v1/batches", "SPPPPPP"),
    ("POST", "/api/v1/batches", "SFPFPFF"),
    ("GET", "/api/v1/batches/{id}", "SPPPPPP"),
    ("GET", "/api/v1/batches/{id}/genomes", "SPPPPPP"),
    ("POST", "/api/v1/batches/{id}/corrections", "SFPFPFF"),
    ("POST", "/api/v1/batches/{id}/hand-in", "SFPFPFF"),
    ("DELETE", "/api/v1/batches/{id}", "SFPFPFF"),
    ("POST", "/api/v1/batches/{id}/approve", "SFFFPFF"),
    ("POST", "/api/v1/batches/{id}/send-back", "SFFFPFF"),
    ("POST", "/api/v1/batches/{id}/release", "SFFFPFF"),
    ("GET", "/api/v1/genomes", "PPPPPPP"),
    ("GET", "/api/v1/genomes/{accession}", "PPPPPPP"),
    ("GET", "/api/v1/genomes/{accession}/sequence", "PPPPPPP"),
    ("POST", "/api/v1/genomes/{accession}/versions", "SPPPPPP"),
    ("POST", "/api/v1/genomes/{accession}/release", "SFFFPFF"),
    ("POST", "/api/v1/genomes/{accession}/send-back", "SFFFPFF"),
    ("POST", "/api/v1/genomes/{accession}/withdraw", "SFFFPFF"),
    ("GET", "/lapis/{pathogen}/sample/aggregated", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/aggregated", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/aggregated", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/details", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/details", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/details", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/nucleotideMutations", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/nucleotideMutations", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/nucleotideMutations", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/aminoAcidMutations", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/aminoAcidMutations", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/aminoAcidMutations", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/nucleotideInsertions", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/nucleotideInsertions", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/nucleotideInsertions", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/aminoAcidInsertions", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/aminoAcidInsertions", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/aminoAcidInsertions", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/nearest", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/nearest", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/nearest", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/clusters", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/clusters", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/clusters", "PPPPPPP"),
    ("GET", "/service-info", "PPPPPPP"),
    ("GET", "/refget/service-info", "PPPPPPP"),
    ("GET", "/refget/openapi.json", "PPPPPPP"),
    ("GET", "/refget/sequence/service-info", "PPPPPPP"),
    ("GET", "/refget/sequence/{id}", "PPPPPPP"),
    ("GET", "/refget/sequence/{id}/metadata", "PPPPPPP"),
    ("GET", "/refget/collection/{digest}", "PPPPPPP"),
    ("GET", "/refget/comparison/{digest}/{other}", "PPPPPPP"),
    ("POST", "/refget/comparison/{digest}", "PPPPPPP"),
    ("GET", "/refget/attribute/collection/{attribute}/{digest}", "PPPPPPP"),
    ("GET", "/refget/list/collection", "PPPPPPP"),
    ("GET", "/refget/list/attributes/{attribute}", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/info", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/info", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/info", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/mostRecentCommonAncestor", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/mostRecentCommonAncestor", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/mostRecentCommonAncestor", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/phyloSubtree", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/phyloSubtree", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/phyloSubtree", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/databaseConfig", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/databaseConfig", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/databaseConfig", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/referenceGenome", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/referenceGenome", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/referenceGenome", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/component/nucleotideMutationsOverTime", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/component/nucleotideMutationsOverTime", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/component/aminoAcidMutationsOverTime", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/component/aminoAcidMutationsOverTime", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/component/queriesOverTime", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/component/queriesOverTime", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/lineageDefinition/{column}", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/lineageDefinition/{column}", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/lineageDefinition/{column}", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/query/parse", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/query/parse", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/alignedNucleotideSequences", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/alignedNucleotideSequences", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/alignedNucleotideSequences", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/alignedNucleotideSequences/{segment}", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/alignedNucleotideSequences/{segment}", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/alignedNucleotideSequences/{segment}", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/unalignedNucleotideSequences", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/unalignedNucleotideSequences", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/unalignedNucleotideSequences", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/unalignedNucleotideSequences/{segment}", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/unalignedNucleotideSequences/{segment}", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/unalignedNucleotideSequences/{segment}", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/alignedAminoAcidSequences", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/alignedAminoAcidSequences", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/alignedAminoAcidSequences", "PPPPPPP"),
    ("GET", "/lapis/{pathogen}/sample/alignedAminoAcidSequences/{gene}", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/sample/alignedAminoAcidSequences/{gene}", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/sample/alignedAminoAcidSequences/{gene}", "PPPPPPP"),
    ("GET", "/charon/getAvailable", "PPPPPPP"),
    ("GET", "/charon/getDataset", "PPPPPPP"),
    ("GET", "/charon/getNarrative", "PPPPPPP"),
    ("GET", "/trees", "PPPPPPP"),
    ("GET", "/trees/{*path}", "PPPPPPP"),
    ("GET", "/dist/{*path}", "PPPPPPP"),
    ("POST", "/lapis/{pathogen}/api/v2/computed/model/chen2021Fitness", "PPPPPPP"),
    ("OPTIONS", "/lapis/{pathogen}/api/v2/computed/model/chen2021Fitness", "PPPPPPP"),
];

fn class(answer: &Answer) -> char {
    match answer.status {
        303 if answer.header("location").starts_with("/sign-in?")
            || answer.header("location") == "/sign-in" =>
        {
            'S'
        }
        401 if answer.body.contains("class=\"form\"") => 'P',
        401 => 'S',
        403 => 'F',
        500.. | 0 => 'X',
        _ => 'P',
    }
}

async fn ask(server: &Server, caller: usize, method: &str, path: &str) -> Answer {
    let login = ["", "none", "submitter", "keeper", "ada", "ada", "ada"][caller];
    let carried = match caller {
        0 => None,
        5 => Some(("Authorization", format!("Bearer {}", server.token_of(login, &["read"]).await))),
        6 => Some((
            "Authorization",
            format!("Bearer {}", server.token_of(login, &["read", "administer"]).await),
        )),
        _ => Some(("Cookie", format!("hearth={}", server.session_of(login).await))),
    };
    let mut headers: Vec<(&str, &str)> =
        carried.iter().map(|(name, value)| (*name, value.as_str())).collect();
    if method == "GET" || method == "OPTIONS" {
        return send(server.address, method, path, &headers, "").await;
    }
    let mut body = String::from("user=x&password=y");
    // Sessions are not heeded where any page may ask, nor where a mail's own button leads (RFC 8058): nothing is to be
    // proved there.
    if (1..5).contains(&caller)
        && !["/lapis/", "/refget/", "/unsubscribe/"].iter().any(|room| path.starts_with(room))
    {
        let without = send(server.address, method, path, &[&headers[..], &[FORM]].concat(), &body).await;
        assert_eq!(without.status, 403, "{method} {path} without its proof, by {}", CALLERS[caller]);
        let page = server.get("/account/password", &headers).await;
        body = format!("{body}&csrf={}", page.csrf());
    }
    headers.push(FORM);
    send(server.address, method, path, &headers, &body).await
}

#[tokio::test]
async fn every_route_lets_pass_whom_it_should() {
    let declared = rules();
    for rule in &declared {
        let is_expected =
            EXPECTED.iter().any(|(method, path, _)| *method == rule.method.as_str() && *path == rule.path);
        assert!(is_expected, "say here who may call {} {}", rule.method, rule.path);
    }
    assert_eq!(declared.len(), EXPECTED.len(), "a route is expected twice, or no more there");

    let server = Server::set_up(|config| {
        config.accounts.tokens_most = 1_000;
        config.rates.address_burst = 100_000;
        config.rates.party_burst = 100_000;
    })
    .await;
    server.guest("none", &[]).await;
    server.guest("submitter", &[Role::Submit]).await;
    server.guest("keeper", &[Role::Administer]).await;
    let mut wrong = Vec::new();
    for (method, path, expected) in EXPECTED {
        let path = path.replace("{token}", &"A".repeat(43)).replace("{id}", &"0".repeat(26));
        for (caller, expected) in expected.chars().enumerate() {
            let answer = ask(&server, caller, method, &path).await;
            if class(&answer) != expected {
                let found = (class(&answer), answer.status);
                wrong.push(format!("{method} {path} by {}: {found:?}, not {expected}", CALLERS[caller]));
            }
        }
        // Wrong passwords of this test lock nobody out of the next route.
        server.turn_clock(3_600_000 / 2);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
