//! What settings are read as, and what is said of wrong ones.

use super::*;

fn check(text: &str, expected: &str) {
    let told = match Config::read(Some(("hearth.toml", text)), []) {
        Ok(config) => config.check(),
        Err(faults) => faults,
    };
    let told: Vec<String> = told.iter().map(ToString::to_string).collect();
    assert!(told.join("\n").contains(expected), "{expected:?} is not in {told:?}");
}

fn uncommented(example: &str) -> String {
    let is_setting = |line: &&str| {
        line.split_once(" = ").is_some_and(|(name, _)| !name.trim_start_matches("# ").contains(' '))
    };
    let lines =
        example.lines().map(|line| if is_setting(&line) { line.trim_start_matches("# ") } else { line });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_says_what_holds_anyway() {
    let read = |text: &str| Config::read(Some(("example", text)), []).expect("the example can be read");
    assert_eq!(read(&Config::example()), Config::default());
    let text = uncommented(&Config::example());
    assert!(text.contains("\nlisten = \"127.0.0.1:8080\""), "{text}");
    let mut config = read(&text);
    // An empty text stands for nothing.
    config.data.folder = std::path::PathBuf::new();
    assert_eq!(config, Config::default());
}

#[test]
fn a_wrong_file_is_told_with_line_and_remedy() {
    check(
        "[server]\nlisen = \"127.0.0.1:1\"\n",
        "hearth.toml:2: server.lisen: there is no such setting; did you mean server.listen?",
    );
    check("[srver]\nlisten = \"127.0.0.1:1\"\n", "did you mean server.listen?");
    check("[server]\nlisten = 8080\n", "hearth.toml:2: server.listen: \"8080\" is no address");
    check("listen = 8080\n", "hearth.toml:1: settings stand in tables");
    check("[limits]\nform_bytes = 0\n", "no whole number above zero");
    check("[limits]\nform_bytes = [1]\n", "neither a text");
    check("[server\n", "hearth.toml:1: ");
    check("[a]\nzzzzzzzzzzzz = 1\n", "hearth config example");
    check("[server]\npublic_url = \"http://hearth.example.org\"\n", "without TLS");
    check("[server]\npublic_url = \"https://hearth.example.org/x\"\n", "root of a host");
    check("[ledger]\naccession_prefix = \"x\"\n", "no prefix of accessions");
    check("[log]\nform = \"xml\"\n", "neither text nor json");
    check("[data]\ndatabase_url = \"mysql://x\"\n", "data.database_url");
    check("", "data.folder: no folder is given");
}

#[test]
fn the_environment_goes_before_the_file() {
    let variable = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let file = "[server]\nsite_name = \"File\"\n";
    let given = [
        variable("HEARTH_SERVER_SITE_NAME", "Variable"),
        variable("PATH", "x"),
        variable("HEARTH_CONFIG", "x"),
    ];
    let config = Config::read(Some(("f", file)), given).expect("good");
    assert_eq!(config.server.site_name, "Variable");
    let faults = Config::read(None, [variable("HEARTH_SERVER_SITENAME", "x")]).expect_err("unknown");
    assert!(faults[0].to_string().ends_with("did you mean HEARTH_SERVER_SITE_NAME?"), "{faults:?}");
}

#[test]
fn secrets_are_not_shown() {
    let secret = "postgres://hearth:very-secret@localhost/hearth";
    let given = [("HEARTH_DATA_DATABASE_URL".to_owned(), secret.to_owned())];
    let config = Config::read(None, given).expect("good");
    assert!(
        !config.in_force().contains("very-secret")
            && config.in_force().contains("database_url = \"(hidden)\"")
    );
    assert!(!format!("{config:?}").contains("very-secret"));
}

#[test]
fn names_follow_from_the_public_address() {
    let file = "[server]\npublic_url = \"https://hearth.example.org/\"\n";
    let config = Config::read(Some(("f", file)), []).expect("good");
    assert_eq!(
        (config.public_url().as_str(), config.origin().as_str()),
        ("https://hearth.example.org", "hearth.example.org")
    );
    assert!(config.is_https() && !Config::default().is_https());
}

#[test]
fn groups_of_packs_stand_in_tables_in_the_order_of_the_file() {
    let text = "[[pathogens]]\nname = \"flu\"\ntitle = \"Influenza\"\nsegments = { PB2 = \"b\", HA = \"a\" }\n\
                [[pathogens]]\nname = \"lassa\"\n[pathogens.segments]\nS = \"s\"\nL = \"l\"\n";
    let config = Config::read(Some(("hearth.toml", text)), []).expect("settings");
    let told = |config: &Config| -> Vec<(String, Option<String>, String)> {
        let words = |segments: &[(String, String)]| {
            segments.iter().map(|(segment, pack)| format!("{segment}={pack}")).collect::<Vec<_>>().join(" ")
        };
        let all = config.pathogens.iter();
        all.map(|one| (one.name.clone(), one.title.clone(), words(&one.segments))).collect()
    };
    let text = str::to_owned;
    let expected =
        [(text("flu"), Some(text("Influenza")), text("PB2=b HA=a")), (text("lassa"), None, text("S=s L=l"))];
    assert_eq!(told(&config), expected);
    let again = Config::read(Some(("again", &config.in_force())), []).expect("what is in force can be read");
    assert_eq!(again.pathogens, config.pathogens);
    check("[pathogens]\nname = \"x\"\n", "hearth.toml:1: write [[pathogens]], below it name");
    check("[[pathogens]]\nname = \"x\"\n", "hearth.toml:1: pathogens: a name or segments are missing");
    check(
        "[[pathogens]]\nname = 1\nsegments = { a = \"b\" }\n",
        "hearth.toml:2: pathogens.name: write [[pathogens]]",
    );
    check("[[pathogens]]\nnam = \"x\"\n", "hearth.toml:2: pathogens.nam: there is no such setting");
    check(
        "[[pathogens]]\nname = \"x\"\nsegments = { a = 1 }\n",
        "hearth.toml:3: pathogens.segments.a: write the name",
    );
    check("pathogens = 1\n", "write [[pathogens]]");
}
