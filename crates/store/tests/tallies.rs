//! Counts that are kept beside the state, held against counting every row, while genomes are released, given to others,
//! revised and withdrawn at random.

mod desk;

use desk::{Desk, draft, new_record, on_each, only, time};
use hearth_base::accession::Accession;
use hearth_base::audience::Audience;
use hearth_base::id::{PartyId, RecordId, VersionId};
use hearth_ledger::body::genomes::{Credit, Genome, Sample, Sequence};
use hearth_ledger::body::parties::PartySort;
use hearth_ledger::entry::{Act, Disclosure, Draft, Opening};
use hearth_store::state::findings::{self, Finding};
use hearth_store::state::genomes::{self, CountedBy, Wanted};
use hearth_store::state::scope::Scope;

const COUNTRIES: [Option<&str>; 4] = [None, Some("KE"), Some("CN"), Some("BR")];
const PATHOGENS: [&str; 2] = ["mpox", "sars-cov-2"];
const LINEAGES: [(Option<&str>, Option<&str>); 4] =
    [(None, None), (Some("21K"), None), (Some("21K"), Some("BA.1")), (None, Some("A"))];
const BEFORE: &str = "2026-01-01T00:00:00Z";
const EMBARGO: &str = "2026-06-01T00:00:00Z";
const AFTER: &str = "2026-07-01T00:00:00Z";

/// Numbers that are the same each time (Numerical Recipes' generator, 32 bits of it).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

struct World<'a> {
    desk: &'a Desk,
    dice: Dice,
    parties: Vec<PartyId>,
    batches: [RecordId; 2],
    /// What is kept of each genome: its newest draft.
    kept: Vec<Draft>,
    at: usize,
}

impl World<'_> {
    fn genome(&mut self, number: usize) -> Genome {
        let digest = hearth_base::digest::Digest::of(&[number as u8, self.dice.below(200) as u8]);
        Genome {
            accession: Accession::new(&"HTH".parse().expect("a prefix"), [number as u8, 0, 0, 0, 1]),
            submission: self.batches[self.dice.below(2)],
            pathogen: PATHOGENS[self.dice.below(2)].to_owned(),
            sequences: vec![Sequence { segment: String::new(), digest, length_nt: 2 }],
            sample: Sample {
                name: format!("sample {number}"),
                country: COUNTRIES[self.dice.below(4)].map(|code| code.parse().expect("a country")),
                ..Sample::default()
            },
            credit: Credit::default(),
            reason: String::new(),
        }
    }

    fn disclosure(&mut self) -> Disclosure {
        let audience = match self.dice.below(4) {
            0 => Audience::Owner,
            1 => only(self.parties[self.dice.below(3)]),
            _ => Audience::Public,
        };
        let opens = (self.dice.below(3) == 0).then(|| Opening { at: time(EMBARGO), to: Audience::Public });
        Disclosure { audience, opens, terms: None }
    }

    async fn keep(&mut self, draft: Draft) {
        let finding = LINEAGES[self.dice.below(4)];
        let text = |text: Option<&str>| text.map(str::to_owned);
        let finding = Finding { clade: text(finding.0), lineage: text(finding.1), ..Finding::default() };
        let version = VersionId { record: draft.record, version: draft.version };
        let mut writing = self.desk.store.write(time(BEFORE)).await.expect("a turn");
        writing.append(vec![draft]).await.expect("kept");
        findings::add(writing.tx(), vec![(version, finding)]).await.expect("found");
        writing.commit().await.expect("committed");
    }

    async fn step(&mut self) {
        self.at += 1;
        let act = if self.kept.len() < 4 { 0 } else { self.dice.below(6) };
        if act == 0 {
            let owner = self.parties[self.dice.below(2)];
            let genome = self.genome(self.at);
            let new = draft(new_record(), owner, Audience::Owner, genome.into());
            self.keep(new.clone()).await;
            self.kept.push(new);
        }
        let place = self.dice.below(self.kept.len());
        if act == 1 {
            let genome = self.genome(self.at);
            let old = self.kept[place].clone();
            let revised = Draft { version: old.version + 1, body: genome.into(), ..old };
            self.keep(revised.clone()).await;
            self.kept[place] = revised;
        }
        let of = self.kept[place].clone();
        let last = match act {
            5 => {
                self.kept.swap_remove(place);
                Draft { act: Act::Withdraw, ..of }
            }
            _ => Draft { act: Act::Release, disclosure: self.disclosure(), ..of },
        };
        self.desk.append(BEFORE, vec![last]).await;
    }

    async fn compare(&self) {
        let mut read = self.desk.store.read().await.expect("reading");
        for at in [BEFORE, AFTER] {
            let mut scopes = vec![Scope::of_anybody(time(at))];
            for party in &self.parties {
                scopes.push(self.desk.scope(*party, at).await);
            }
            for scope in &scopes {
                for wanted in self.asked() {
                    let kept = genomes::count(&mut read, scope, &wanted).await.expect("counted");
                    let slow = genomes::count_by_scan(&mut read, scope, &wanted).await.expect("counted");
                    assert_eq!(kept, slow, "step {}, {at}, {wanted:?}", self.at);
                    for by in [CountedBy::Country, CountedBy::Lineage] {
                        let kept = genomes::counts(&mut read, scope, &wanted, by).await.expect("counted");
                        let slow =
                            genomes::counts_by_scan(&mut read, scope, &wanted, by).await.expect("counted");
                        assert_eq!(kept, slow, "step {}, {at}, {by:?} of {wanted:?}", self.at);
                    }
                }
            }
        }
    }

    fn asked(&self) -> [Wanted; 5] {
        let all = Wanted::default();
        [
            all.clone(),
            Wanted { pathogen: Some("mpox".to_owned()), ..all.clone() },
            Wanted { country: "KE".parse().ok(), ..all.clone() },
            Wanted { lineages: vec!["21K".to_owned()], ..all.clone() },
            Wanted { submission: Some(self.batches[0]), ..all },
        ]
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_tallied_is_what_there_is() {
    on_each(async |desk| {
        let mut parties = Vec::new();
        for name in ["Kilifi", "Wuhan", "Manaus"] {
            parties.push(desk.party(name, PartySort::Organisation, Some("KE")).await);
        }
        let batches = [new_record(), new_record()];
        let mut world = World { desk: &desk, dice: Dice(7), parties, batches, kept: Vec::new(), at: 0 };
        for step in 0..150 {
            world.step().await;
            if step % 10 == 9 {
                world.compare().await;
            }
        }
    })
    .await;
}
