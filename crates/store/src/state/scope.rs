//! What a reader may see: the one condition under every query.
//!
//! The same rule as `hearth_ledger::access`, in SQL; the tests hold the two against each other. An embargo is tested
//! against the moment of the question, groups as they are on that day. Start at [`Scope::of`], then [`Scope::sees`].

use super::audience::{PUBLIC, SORT_GROUP, SORT_PARTY};
use crate::db::{Session, Value};
use crate::error::StoreError;
use crate::log::read::id_from;
use crate::params;
use hearth_base::id::{PartyId, PersonId};
use hearth_base::role::Roles;
use hearth_base::time::UtcTime;
use hearth_ledger::access::Reader;

/// A reader's moment is a whole second, ms: what opens within it is seen from the next on, never too early. Questions of
/// one second are so the same text to the database, which then reads and plans it once.
const MOMENT_MS: i64 = 1000;

/// What a reader may see at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    reader: Reader,
    now: UtcTime,
    /// Numbers of the audiences that the reader is in.
    audiences: String,
}

fn moment(now: UtcTime) -> UtcTime {
    UtcTime::from_unix_ms(now.unix_ms().div_euclid(MOMENT_MS) * MOMENT_MS)
}

impl Scope {
    /// Whoever does not sign in.
    pub fn of_anybody(now: UtcTime) -> Self {
        Self { reader: Reader::anybody(), now: moment(now), audiences: PUBLIC.to_string() }
    }

    /// A person of a party, with the groups that the party belongs to on this day.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(
        session: &mut Session,
        person: Option<PersonId>,
        party: PartyId,
        roles: Roles,
        now: UtcTime,
    ) -> Result<Self, StoreError> {
        let day = now.date().to_string();
        let sql = "SELECT party_group FROM membership \
                   WHERE party = $1 AND from_day <= $2 AND (to_day IS NULL OR to_day >= $2)";
        let rows = session.fetch_all(sql, params![party.as_bytes(), &day]).await?;
        let group = |row: &crate::db::Row| Ok(PartyId::from_bytes(id_from(row.get(0)?)?));
        let groups: std::collections::BTreeSet<PartyId> =
            rows.iter().map(group).collect::<Result<_, StoreError>>()?;
        let mut audiences = vec![PUBLIC];
        let members = std::iter::once((SORT_PARTY, party)).chain(groups.iter().map(|id| (SORT_GROUP, *id)));
        for (sort, member) in members {
            let sql = "SELECT audience FROM audience_member WHERE member = $1 AND sort = $2";
            for row in session.fetch_all(sql, params![member.as_bytes(), sort]).await? {
                audiences.push(row.get(0)?);
            }
        }
        audiences.sort_unstable();
        audiences.dedup();
        let audiences = audiences.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        let reader = Reader { person, party: Some(party), groups, roles };
        Ok(Self { reader, now: moment(now), audiences })
    }

    /// Who reads.
    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// The moment of the question: a whole second.
    pub fn now(&self) -> UtcTime {
        self.now
    }

    /// The numbers of the audiences that the reader is in, for what keeps them outside the database.
    pub fn numbers(&self) -> impl Iterator<Item = i64> {
        self.audiences.split(',').filter_map(|number| number.parse().ok())
    }

    /// The condition on the rows of `state` under an alias. The parameter `$owner` is [`Scope::owner`].
    pub(crate) fn sees(&self, alias: &str, owner: usize) -> String {
        let Self { audiences, now, .. } = self;
        let now = now.unix_ms();
        format!(
            "({alias}.owner = ${owner} OR {alias}.audience IN ({audiences}) \
             OR ({alias}.opens_at <= {now} AND {alias}.opens_audience IN ({audiences})))"
        )
    }

    /// The party whose own records are seen, as a parameter: 16 zero bytes are nobody's.
    pub(crate) fn owner(&self) -> Value<'static> {
        self.reader.party.map_or([0; 16], |party| *party.as_bytes()).to_vec().into()
    }
}
