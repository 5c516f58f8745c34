//! Names of many scripts and lengths stand on pages as they were given, and break nothing.
//!
//! Start at [`titles`].

use crate::driver::{Browser, Scripts};
use crate::looks::Look;
use crate::running::House;
use hearth_server::app::demo::PASSWORD;

/// What people call things: from right to left, without spaces, and as an attack.
fn titles() -> [String; 4] {
    [
        "المختبر المرجعي المركزي للصحة العامة".to_owned(),
        "国家病毒病预防控制所参考实验室诊疗方案第七版".to_owned(),
        "Krankenhauslaboratorium".repeat(5) + "GmbH5",
        "<script>document.title='broken'</script><b>\"&'".to_owned(),
    ]
}

/// The address of the row that is called so.
fn row(browser: &Browser, title: &str) -> String {
    let find = "return [...document.querySelectorAll('table.list th a')].filter((one) => one.textContent === TITLE).map((one) => one.pathname)[0]";
    let found = browser.run(&find.replace("TITLE", &serde_json::json!(title).to_string()));
    found
        .as_str()
        .unwrap_or_else(|| panic!("{title} is not in the list: {}", browser.text("main")))
        .to_owned()
}

#[test]
fn any_name_stands_on_its_page() {
    let Some(house) = House::of_this_process() else { return };
    let browser = Browser::open(house, &house.demo, Scripts::On);
    browser.sign_in("amina", PASSWORD);
    for title in titles() {
        browser.go("/parties");
        browser.write("#name", &title);
        browser.choose("country", "Kenya");
        browser.send("form[action='/parties'] button");
        browser.go("/documents");
        browser.write("#title", &title);
        browser.send("form[action='/documents'] button");
    }
    let mut look = Look::with(&browser);
    for list in ["/parties", "/documents"] {
        browser.go(list);
        let rows: Vec<String> = titles().iter().map(|title| row(&browser, title)).collect();
        look.stands(&format!("long names in {list}"));
        for (path, title) in rows.iter().zip(titles()) {
            browser.go(path);
            assert_eq!(browser.run("return document.querySelector('h1').textContent"), title.as_str());
            assert_ne!(browser.run("return document.title"), "broken");
            look.stands(&format!("{title:.20} in {list}"));
        }
    }
    look.end();
}
