//! The condition in SQL and the rule in Rust are one: random parties, groups with dated membership, audiences, embargoes
//! and moments, and every question of the store asked by every reader.
//!
//! The twin keeps what was appended in a list and asks [`Reader::may_see`] alone. Start at [`World`], then [`compare`].

mod desk;

use desk::{Desk, draft, time};
use hearth_base::accession::{Accession, Prefix};
use hearth_base::audience::{Audience, Member};
use hearth_base::digest::Digest;
use hearth_base::id::{EntryId, PartyId, RecordId};
use hearth_base::role::Roles;
use hearth_base::time::UtcTime;
use hearth_ledger::access::{Reader, Rights};
use hearth_ledger::body::documents::Work;
use hearth_ledger::body::genomes::{Credit, Genome, Sample, Sequence};
use hearth_ledger::body::parties::{Membership, Party, PartySort};
use hearth_ledger::body::sharing::{Attestation, Qualifier};
use hearth_ledger::body::{Body, Remark};
use hearth_ledger::entry::{Act, Disclosure, Draft, Kind, Opening};
use hearth_store::log::visible;
use hearth_store::state::alike;
use hearth_store::state::genomes::{self, CountedBy, Wanted};
use hearth_store::state::records::{self, Face, Listing};
use hearth_store::state::scope::Scope;
use jiff::ToSpan as _;
use jiff::civil::Date;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use std::collections::{BTreeMap, BTreeSet};

const PARTIES: u8 = 4;
const GROUPS: u8 = 3;
const HOUR_MS: i64 = 3_600_000;
/// When everything is written, and around which everything is asked.
const NOW: &str = "2026-03-01T12:00:00Z";
/// When it is asked, in hours from then: days before and after, the moment of an embargo, either side of midnight.
const ASKED_HOURS: [i64; 5] = [-36, 0, 11, 12, 49];
/// Worlds for each database.
const WORLDS: u32 = 10;

fn party(number: u8) -> PartyId {
    PartyId::from_bytes([number + 1; 16])
}

fn group(number: u8) -> PartyId {
    PartyId::from_bytes([number + 101; 16])
}

fn record(number: usize) -> RecordId {
    RecordId::from_bytes((1_000 + number as u128).to_be_bytes())
}

#[derive(Clone, Debug)]
enum Step {
    /// A version is kept; of what has one face, for whom.
    Keep(Disclosure),
    Approve,
    Release(Disclosure),
    Withdraw,
}

#[derive(Clone, Debug)]
struct Told {
    kind: Kind,
    owner: u8,
    steps: Vec<Step>,
}

/// Who belongs to a group: a party, its first day and its last.
type Members = Vec<(u8, i64, Option<i64>)>;

#[derive(Clone, Debug)]
struct World {
    /// Of each group, its members with the first and the last day from [`NOW`] on; said anew once, by the second list.
    groups: Vec<[Members; 2]>,
    records: Vec<Told>,
}

fn an_audience() -> impl Strategy<Value = Audience> {
    // A party that is named as a group, and a group that is named as a party, let nobody in.
    let member = prop_oneof![
        4 => (0..PARTIES).prop_map(|n| Member::Party(party(n))),
        4 => (0..GROUPS).prop_map(|n| Member::Group(group(n))),
        1 => (0..PARTIES).prop_map(|n| Member::Group(party(n))),
        1 => (0..GROUPS).prop_map(|n| Member::Party(group(n))),
    ];
    let named = prop::collection::vec(member, 1..4).prop_map(|named| Audience::of(named).expect("few"));
    prop_oneof![2 => Just(Audience::Owner), 2 => Just(Audience::Public), 5 => named]
}

fn a_disclosure() -> impl Strategy<Value = Disclosure> {
    let hours = prop_oneof![Just(-36i64), Just(0), Just(11), Just(12), Just(13), Just(100)];
    let opens = prop::option::of((hours, an_audience()));
    (an_audience(), opens).prop_map(|(audience, opens)| {
        let at = |hours: i64| time(NOW).plus_ms(hours * HOUR_MS);
        let opens = opens.map(|(hours, to)| Opening { at: at(hours), to });
        Disclosure { audience, opens, terms: None }
    })
}

fn a_record() -> impl Strategy<Value = Told> {
    let kind = prop_oneof![
        3 => Just(Kind::Genome),
        2 => Just(Kind::Work),
        1 => Just(Kind::Attestation),
    ];
    let step = prop_oneof![
        2 => a_disclosure().prop_map(Step::Keep),
        1 => Just(Step::Approve),
        4 => a_disclosure().prop_map(Step::Release),
        1 => Just(Step::Withdraw),
    ];
    (kind, 0..PARTIES, a_disclosure(), prop::collection::vec(step, 0..5)).prop_map(
        |(kind, owner, first, mut steps)| {
            steps.insert(0, Step::Keep(first));
            Told { kind, owner, steps }
        },
    )
}

fn a_world() -> impl Strategy<Value = World> {
    let member = (0..PARTIES, -3..3i64, prop::option::of(0..3i64))
        .prop_map(|(party, from, length)| (party, from, length.map(|length| from + length)));
    let members = || prop::collection::vec(member.clone(), 0..4);
    let groups = prop::collection::vec([members(), members()], usize::from(GROUPS));
    (groups, prop::collection::vec(a_record(), 1..9)).prop_map(|(groups, records)| World { groups, records })
}

/// A row of state, as the twin keeps it.
#[derive(Clone, Debug)]
struct Row {
    record: RecordId,
    number: usize,
    kind: Kind,
    face: Face,
    version: u32,
    is_withdrawn: bool,
    from: u64,
    to: Option<u64>,
    rights: Rights,
}

/// An entry about a record, as the twin keeps it.
#[derive(Clone, Debug)]
struct Line {
    id: EntryId,
    act: Act,
    kind: Kind,
    record: RecordId,
    version: u32,
    owner: PartyId,
}

/// What was appended, and who belongs where.
#[derive(Default)]
struct Twin {
    rows: Vec<Row>,
    lines: Vec<Line>,
    groups: BTreeMap<PartyId, Vec<Membership>>,
}

fn has_two_faces(kind: Kind) -> bool {
    matches!(kind, Kind::Genome | Kind::Work)
}

fn day(offset: i64) -> Date {
    time(NOW).date().checked_add(offset.days()).expect("a day")
}

fn a_group(name: &str, members: &[(u8, i64, Option<i64>)]) -> Party {
    let mut seen = BTreeSet::new();
    let member = |(number, from, to): &(u8, i64, Option<i64>)| Membership {
        party: party(*number),
        from: day(*from),
        to: to.map(day),
    };
    let members = members.iter().filter(|(number, ..)| seen.insert(*number)).map(member).collect();
    Party { name: name.to_owned(), sort: PartySort::Group, country: None, members }
}

/// Two names, two sequences, two lineages and two countries for all genomes, so that some are like others.
fn like(number: usize) -> usize {
    number % 2
}

fn body_of(kind: Kind, number: usize, version: u32) -> Body {
    match kind {
        Kind::Genome => Genome {
            accession: Accession::new(&Prefix::default(), [0, 0, 0, 1, number as u8]),
            submission: record(999),
            pathogen: format!("pathogen-{}", like(number)),
            sequences: vec![Sequence {
                segment: String::new(),
                digest: Digest::of(&[like(number) as u8]),
                length_nt: 1,
            }],
            sample: Sample {
                name: format!("sample-{}", like(number)),
                country: ["KE", "PE"][like(number)].parse().ok(),
                ..Sample::default()
            },
            credit: Credit::default(),
            reason: format!("version {version}"),
        }
        .into(),
        Kind::Work => Work { title: format!("Work {number}"), subjects: ["x".to_owned()].into() }.into(),
        _ => Attestation {
            code: "K1".to_owned(),
            statement: format!("Statement {number}"),
            value: 1,
            unit: "countries".to_owned(),
            qualifier: Qualifier::About,
            as_of: day(0),
            said_by: "somebody".to_owned(),
            source: String::new(),
        }
        .into(),
    }
}

impl Twin {
    async fn append(&mut self, desk: &Desk, draft: Draft) -> u64 {
        let line = (draft.act, draft.body.kind(), draft.record, draft.version, draft.party);
        let (appended, _) = desk.append("2026-02-01T00:00:00Z", vec![draft]).await;
        let (act, kind, record, version, owner) = line;
        self.lines.push(Line { id: appended[0].id, act, kind, record, version, owner });
        appended[0].seq
    }

    async fn tell(&mut self, desk: &Desk, world: &World) {
        let groups = |which: usize| world.groups.iter().map(move |lists| &lists[which]);
        for (which, version) in [(0, 1), (1, 2)] {
            for (number, members) in groups(which).enumerate() {
                let id = group(number as u8);
                let said = a_group(&format!("Group {number}"), members);
                self.groups.insert(id, said.members.clone());
                let mut draft = draft(id.into(), id, Audience::Public, said.into());
                draft.version = version;
                self.append_open(desk, draft, 900 + number).await;
            }
        }
        for (number, told) in world.records.iter().enumerate() {
            self.tell_record(desk, number, told).await;
        }
    }

    /// Something with one face: the version before it ends.
    async fn append_open(&mut self, desk: &Desk, draft: Draft, number: usize) {
        let (record, kind, version) = (draft.record, draft.body.kind(), draft.version);
        let rights = Rights::new(draft.party, &draft.disclosure);
        let seq = self.append(desk, draft).await;
        self.begin(Row {
            record,
            number,
            kind,
            face: Face::Released,
            version,
            is_withdrawn: false,
            from: seq,
            to: None,
            rights,
        });
    }

    fn begin(&mut self, row: Row) {
        self.end(row.record, row.face, row.from);
        self.rows.push(row);
    }

    fn end(&mut self, record: RecordId, face: Face, at: u64) -> Option<Row> {
        let same = |row: &&mut Row| row.record == record && row.face == face && row.to.is_none();
        let row = self.rows.iter_mut().find(same)?;
        row.to = Some(at);
        Some(row.clone())
    }

    async fn tell_record(&mut self, desk: &Desk, number: usize, told: &Told) {
        let (record, owner, two) = (record(number), party(told.owner), has_two_faces(told.kind));
        let mut version = 0;
        for step in &told.steps {
            let mut next = draft(record, owner, Audience::Owner, body_of(told.kind, number, version.max(1)));
            next.version = version.max(1);
            let face = match step {
                Step::Keep(disclosure) => {
                    version += 1;
                    next.version = version;
                    if !two {
                        next.disclosure = disclosure.clone();
                    }
                    if two { Face::Kept } else { Face::Released }
                }
                Step::Release(disclosure) if two => {
                    (next.act, next.disclosure) = (Act::Release, disclosure.clone());
                    Face::Released
                }
                Step::Approve if two => {
                    next.act = Act::Approve;
                    next.body = Body::Approval(told.kind, Remark { reason: String::new() });
                    let seq = self.append(desk, next).await;
                    self.go_on(record, Face::Kept, seq, false);
                    continue;
                }
                Step::Withdraw if two => {
                    next.act = Act::Withdraw;
                    next.body = Body::Withdrawal(told.kind, Remark { reason: "wrong".to_owned() });
                    let seq = self.append(desk, next).await;
                    self.go_on(record, Face::Kept, seq, true);
                    self.go_on(record, Face::Released, seq, true);
                    return;
                }
                _ => continue,
            };
            let (rights, version) = (Rights::new(owner, &next.disclosure), next.version);
            let from = self.append(desk, next).await;
            let (kind, is_withdrawn, to) = (told.kind, false, None);
            self.begin(Row { record, number, kind, face, version, is_withdrawn, from, to, rights });
        }
    }

    fn go_on(&mut self, record: RecordId, face: Face, at: u64, is_withdrawn: bool) {
        if let Some(row) = self.end(record, face, at) {
            self.rows.push(Row { from: at, to: None, is_withdrawn, ..row });
        }
    }

    fn reader(&self, of: Option<PartyId>, now: UtcTime) -> Reader {
        let Some(of) = of else { return Reader::anybody() };
        let holds = |member: &Membership| member.party == of && member.holds_on(now.date());
        let groups = self.groups.iter().filter(|(_, members)| members.iter().any(holds));
        Reader { party: Some(of), groups: groups.map(|(id, _)| *id).collect(), ..Reader::default() }
    }

    /// What stands now and is seen.
    fn now<'a>(&'a self, eye: &'a Eye) -> impl Iterator<Item = &'a Row> {
        self.rows.iter().filter(|row| row.to.is_none() && eye.sees(&row.rights))
    }

    /// The rights of today on a version.
    fn rights(&self, record: RecordId, face: Face, version: u32) -> Option<&Rights> {
        let same = |row: &&Row| row.record == record && row.face == face && row.version == version;
        self.rows.iter().filter(same).max_by_key(|row| row.from).map(|row| &row.rights)
    }

    fn sees_line(&self, eye: &Eye, line: &Line) -> bool {
        let says = match line.act {
            Act::Keep => !has_two_faces(line.kind),
            Act::Release | Act::Withdraw => true,
            Act::Approve | Act::SendBack => false,
        };
        let stands = |row: &Row| row.record == line.record && row.face == Face::Released;
        let of_version = || self.rights(line.record, Face::Released, line.version);
        eye.reader.party == Some(line.owner)
            || (says
                && self.now(eye).any(stands)
                && (line.act == Act::Withdraw || of_version().is_some_and(|rights| eye.sees(rights))))
    }
}

/// Somebody who looks at a moment.
struct Eye {
    reader: Reader,
    now: UtcTime,
}

impl Eye {
    fn sees(&self, rights: &Rights) -> bool {
        self.reader.may_see(rights, self.now)
    }
}

type Outcome = Result<(), TestCaseError>;

fn of(records: impl IntoIterator<Item = RecordId>) -> BTreeSet<RecordId> {
    records.into_iter().collect()
}

/// Every question of one reader at one moment.
async fn compare(desk: &Desk, twin: &Twin, of_party: Option<PartyId>, now: UtcTime) -> Outcome {
    let mut read = desk.store.read().await.expect("reading");
    let scope = match of_party {
        Some(party) => Scope::of(&mut read, None, party, Roles::new(), now).await.expect("a scope"),
        None => Scope::of_anybody(now),
    };
    let eye = Eye { reader: twin.reader(of_party, now), now };
    prop_assert_eq!(scope.reader(), &eye.reader, "the groups of the day");
    drop(read);
    compare_records(desk, twin, &scope, &eye).await?;
    compare_lists(desk, twin, &scope, &eye).await?;
    compare_genomes(desk, twin, &scope, &eye).await?;
    compare_ledger(desk, twin, &scope, &eye).await
}

async fn compare_records(desk: &Desk, twin: &Twin, scope: &Scope, eye: &Eye) -> Outcome {
    let mut read = desk.store.read().await.expect("reading");
    let all = of(twin.rows.iter().map(|row| row.record));
    for record in all {
        for face in [Face::Kept, Face::Released] {
            let seen = records::find(&mut read, scope, record, face).await.expect("read");
            let expected = twin.now(eye).find(|row| row.record == record && row.face == face);
            prop_assert_eq!(seen.as_ref().map(|seen| seen.version.version), expected.map(|row| row.version));
            if let (Some(seen), Some(row)) = (seen, expected) {
                prop_assert_eq!(seen.rights(), row.rights.clone(), "rights are told as they are");
            }
            let seen = records::history(&mut read, scope, record, face).await.expect("read");
            let seen: Vec<u64> = seen.iter().rev().map(|seen| seen.since).collect();
            let is_seen = |row: &&Row| {
                let rights = twin.rights(record, face, row.version);
                row.record == record && row.face == face && rights.is_some_and(|rights| eye.sees(rights))
            };
            let expected: Vec<u64> = twin.rows.iter().filter(is_seen).map(|row| row.from).collect();
            prop_assert_eq!(seen, expected, "history");
        }
    }
    Ok(())
}

async fn compare_lists(desk: &Desk, twin: &Twin, scope: &Scope, eye: &Eye) -> Outcome {
    let mut read = desk.store.read().await.expect("reading");
    let size = desk.store.head().await.expect("a head").size;
    for kind in [Kind::Genome, Kind::Work, Kind::Attestation, Kind::Party] {
        for face in [Face::Kept, Face::Released] {
            let mine = |row: &&Row| row.kind == kind && row.face == face;
            let seen = records::list(&mut read, scope, &Listing::of(kind, face)).await.expect("read");
            let expected = of(twin.now(eye).filter(mine).map(|row| row.record));
            prop_assert_eq!(of(seen.iter().map(|seen| seen.version.record)), expected, "list");
            prop_assert_eq!(seen.len(), twin.now(eye).filter(mine).count());
            let counted = records::count(&mut read, scope, kind, face).await.expect("read");
            let expected = twin.now(eye).filter(mine).filter(|row| !row.is_withdrawn).count();
            prop_assert_eq!(counted, expected as u64, "count");
            for as_of in [size / 3, size / 2, size - 1, size] {
                let listing = Listing { as_of: Some(as_of), ..Listing::of(kind, face) };
                let seen = records::list(&mut read, scope, &listing).await.expect("read");
                let was = |row: &&Row| {
                    let rights = twin.rights(row.record, face, row.version);
                    row.from < as_of
                        && row.to.is_none_or(|to| to >= as_of)
                        && rights.is_some_and(|rights| eye.sees(rights))
                };
                let expected = of(twin.rows.iter().filter(mine).filter(was).map(|row| row.record));
                prop_assert_eq!(of(seen.iter().map(|seen| seen.version.record)), expected, "as of {}", as_of);
            }
        }
        let owned = records::count_by_owner(&mut read, scope, kind).await.expect("read");
        let mut expected: BTreeMap<PartyId, u64> = BTreeMap::new();
        let counts = |row: &&Row| row.kind == kind && row.face == Face::Released && !row.is_withdrawn;
        for row in twin.now(eye).filter(counts) {
            *expected.entry(row.rights.owner).or_default() += 1;
        }
        prop_assert_eq!(owned.into_iter().collect::<BTreeMap<_, _>>(), expected, "by owner");
    }
    Ok(())
}

async fn compare_genomes(desk: &Desk, twin: &Twin, scope: &Scope, eye: &Eye) -> Outcome {
    let mut read = desk.store.read().await.expect("reading");
    for which in [0, 1] {
        let alike = |row: &&Row| row.kind == Kind::Genome && like(row.number) == which;
        let expected = of(twin.now(eye).filter(alike).map(|row| row.record));
        let name = format!("sample-{which}");
        // Others are asked for beside them, which may not be taken for these.
        let names = ["none".to_owned(), name.clone(), format!("sample-{}", 1 - which)];
        let mut seen = alike::with_names(&mut read, scope, &names).await.expect("read");
        let seen = seen.remove(&name).unwrap_or_default();
        prop_assert_eq!(of(seen.into_iter().map(|(record, _)| record)), expected.clone(), "name seen before");
        let digests = [1 - which, which].map(|which| Digest::of(&[which as u8]));
        let mut seen = alike::with_sequences(&mut read, scope, &digests).await.expect("read");
        let seen = seen.remove(&digests[1]).unwrap_or_default();
        prop_assert_eq!(of(seen.into_iter().map(|(record, _)| record)), expected, "sequence seen before");
        for face in [Face::Kept, Face::Released] {
            let wanted = Wanted { face, text: Some(name.clone()), ..Wanted::default() };
            let seen = genomes::list(&mut read, scope, &wanted).await.expect("read");
            let here = |row: &&Row| alike(row) && row.face == face;
            let expected = of(twin.now(eye).filter(here).map(|row| row.record));
            prop_assert_eq!(of(seen.iter().map(|seen| seen.version.record)), expected, "found by name");
            let counted = genomes::count(&mut read, scope, &wanted).await.expect("read");
            let stands = |row: &&Row| here(row) && !row.is_withdrawn;
            let expected = twin.now(eye).filter(stands).count() as u64;
            prop_assert_eq!(counted, expected, "genomes counted");
            let country = ["KE", "PE"][which].to_owned();
            let counted = genomes::counts(&mut read, scope, &wanted, CountedBy::Country).await.expect("read");
            let expected: Vec<_> = (expected > 0).then_some((country, expected)).into_iter().collect();
            prop_assert_eq!(counted, expected, "genomes by country");
        }
    }
    let counted = genomes::pathogens(&mut read, scope).await.expect("read");
    let stands = |row: &&Row| row.kind == Kind::Genome && row.face == Face::Released && !row.is_withdrawn;
    let all = twin.now(eye).filter(stands).count() as u64;
    prop_assert_eq!(counted.iter().map(|counted| counted.genomes).sum::<u64>(), all, "pathogens");
    Ok(())
}

async fn compare_ledger(desk: &Desk, twin: &Twin, scope: &Scope, eye: &Eye) -> Outcome {
    let mut read = desk.store.read().await.expect("reading");
    let expected: Vec<&Line> = twin.lines.iter().rev().filter(|line| twin.sees_line(eye, line)).collect();
    let wanted = visible::Wanted { kind: None, before: None, limit: 1_000 };
    let seen = visible::list(&mut read, scope, &wanted).await.expect("read");
    let seen: Vec<EntryId> = seen.iter().map(|seen| seen.id).collect();
    prop_assert_eq!(seen, expected.iter().map(|line| line.id).collect::<Vec<_>>(), "the ledger's list");
    for line in &twin.lines {
        let seen = visible::may_see_entry(&mut read, scope, line.id).await.expect("read");
        prop_assert_eq!(seen.is_some(), twin.sees_line(eye, line), "{:?}", line);
    }
    for kind in Kind::ALL {
        let wanted = visible::Wanted { kind: Some(*kind), ..wanted };
        let seen = visible::list(&mut read, scope, &wanted).await.expect("read").len();
        prop_assert_eq!(seen, expected.iter().filter(|line| line.kind == *kind).count(), "{:?} alone", kind);
    }
    Ok(())
}

async fn one_world(desk: Desk, world: &World) -> Outcome {
    let mut twin = Twin::default();
    twin.tell(&desk, world).await;
    let readers = (0..PARTIES).map(|number| Some(party(number))).chain([None, Some(group(0))]);
    for reader in readers {
        for hours in ASKED_HOURS {
            compare(&desk, &twin, reader, time(NOW).plus_ms(hours * HOUR_MS)).await?;
        }
    }
    Ok(())
}

#[test]
fn sql_and_the_rule_say_the_same_of_every_record_to_every_reader() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let config =
        Config { cases: WORLDS, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&a_world(), |world| {
        let outcome = std::cell::RefCell::new(Ok(()));
        runtime.block_on(desk::on_each(async |desk: Desk| {
            if outcome.borrow().is_ok() {
                let found = one_world(desk, &world).await;
                *outcome.borrow_mut() = found;
            }
        }));
        outcome.into_inner()
    });
    outcome.expect("they say the same");
}
