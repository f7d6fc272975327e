//! Roles, actions, and the one answer to "may they?".

use std::collections::HashSet;

use crate::audit::{Actor, ActorKind};
use crate::kernel::language::Language;
use crate::units::UnitTree;

crate::text_enum! {
    /// What somebody is in a unit (product P43). A role holds in the units beneath it too.
    Role {
        Admin = "admin",
        Editor = "editor",
        Approver = "approver",
        Viewer = "viewer",
        DataProtectionOfficer = "data_protection_officer",
    }
}

crate::text_enum! {
    /// What an API token may be used for.
    Scope {
        /// Look at campaigns, segments, reports, units and topics.
        Read = "read",
        /// Look at people and change what they want.
        Contacts = "contacts",
        /// Import register files, add people, and correct what the register knows of them.
        Import = "import",
        /// Make and change segments and campaigns.
        Compose = "compose",
        /// Launch, pause, resume and cancel campaigns.
        Send = "send",
        /// Units, topics, suppressions.
        Manage = "manage",
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Look at people.
    SeeContacts,
    /// Look at the history and the ties of people with protected identity (product P8).
    SeeProtected,
    /// Record what a person wants, or an address that must not be used.
    RecordPreferences,
    /// Correct what the register knows of a person, merge two people.
    EditContacts,
    /// Erase a person for good.
    EraseContacts,
    /// Deal with what people ask for by right: put it off, answer it.
    HandleRequests,
    /// Import register files.
    ImportRegister,
    /// Look at segments, campaigns and reports.
    SeeCampaigns,
    /// Make and change segments and campaigns, send tests.
    Compose,
    /// Launch, pause, resume and cancel.
    Send,
    /// Approve a campaign that somebody else wrote, or send it back.
    Approve,
    /// Say that a campaign is important: it reaches those who want nothing else.
    MarkImportant,
    /// Add units and topics.
    ManageUnits,
    /// Add accounts and tokens.
    ManageStaff,
    /// Read the audit log.
    SeeAudit,
}

impl Action {
    /// Every action, for the test that walks all of them.
    pub const ALL: &'static [Self] = &[
        Self::SeeContacts,
        Self::SeeProtected,
        Self::RecordPreferences,
        Self::EditContacts,
        Self::EraseContacts,
        Self::HandleRequests,
        Self::ImportRegister,
        Self::SeeCampaigns,
        Self::Compose,
        Self::Send,
        Self::Approve,
        Self::MarkImportant,
        Self::ManageUnits,
        Self::ManageStaff,
        Self::SeeAudit,
    ];
}

impl Role {
    const fn allows(self, action: Action) -> bool {
        use Action as A;
        match self {
            Self::Admin => true,
            Self::Editor => matches!(
                action,
                A::SeeContacts
                    | A::RecordPreferences
                    | A::EditContacts
                    | A::ImportRegister
                    | A::SeeCampaigns
                    | A::Compose
                    | A::Send
            ),
            Self::Approver => matches!(action, A::SeeCampaigns | A::Send | A::Approve),
            Self::Viewer => matches!(action, A::SeeCampaigns),
            Self::DataProtectionOfficer => {
                matches!(
                    action,
                    A::SeeContacts
                        | A::SeeProtected
                        | A::RecordPreferences
                        | A::EditContacts
                        | A::EraseContacts
                        | A::HandleRequests
                        | A::SeeCampaigns
                        | A::SeeAudit
                )
            }
        }
    }
}

impl Scope {
    const fn allows(self, action: Action) -> bool {
        use Action as A;
        match self {
            Self::Read => matches!(action, A::SeeCampaigns),
            Self::Contacts => matches!(action, A::SeeContacts | A::RecordPreferences),
            Self::Import => matches!(action, A::ImportRegister | A::EditContacts),
            Self::Compose => matches!(action, A::SeeCampaigns | A::Compose),
            Self::Send => matches!(action, A::SeeCampaigns | A::Send),
            Self::Manage => {
                matches!(
                    action,
                    A::ManageUnits
                        | A::MarkImportant
                        | A::RecordPreferences
                        | A::EraseContacts
                        | A::HandleRequests
                )
            }
        }
    }
}

/// Where a grant holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// In every unit, and in what belongs to no unit, like the register.
    Everywhere,
    /// In these units only.
    Units(HashSet<i64>),
}

impl Reach {
    /// The reach of a grant in `unit`: it and everything beneath it, or everywhere.
    #[must_use]
    pub fn of(unit: Option<i64>, tree: &UnitTree) -> Self {
        match unit {
            None => Self::Everywhere,
            Some(top) => Self::Units(
                tree.all().into_iter().map(|unit| unit.id).filter(|id| tree.is_within(*id, top)).collect(),
            ),
        }
    }

    fn covers(&self, unit: Option<i64>) -> bool {
        match (self, unit) {
            (Self::Everywhere, _) => true,
            (Self::Units(_), None) => false,
            (Self::Units(units), Some(unit)) => units.contains(&unit),
        }
    }
}

/// One permission of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// A member of staff has a role.
    Role(Role, Reach),
    /// A token has a scope.
    Scope(Scope, Reach),
}

/// Whoever asks for something: a member of staff, a token, or the command line.
#[derive(Debug, Clone)]
pub struct Account {
    /// How the audit log names them.
    pub actor: Actor,
    /// Where mail reaches them; empty for a token.
    pub email: String,
    /// The language of their pages.
    pub language: Language,
    /// What they were given.
    pub grants: Vec<Grant>,
}

impl Account {
    /// Whoever may type commands on the server may do everything.
    #[must_use]
    pub fn command_line() -> Self {
        Self {
            actor: Actor { kind: ActorKind::CommandLine, id: None },
            email: String::new(),
            language: Language::English,
            grants: vec![Grant::Role(Role::Admin, Reach::Everywhere)],
        }
    }

    /// The units in which this account may do something; `None` means in all of them.
    #[must_use]
    pub fn units_for(&self, action: Action) -> Option<HashSet<i64>> {
        let mut units = HashSet::new();
        for grant in &self.grants {
            let (allowed, reach) = match grant {
                Grant::Role(role, reach) => (role.allows(action), reach),
                Grant::Scope(scope, reach) => (scope.allows(action), reach),
            };
            match reach {
                _ if !allowed => {}
                Reach::Everywhere => return None,
                Reach::Units(some) => units.extend(some),
            }
        }
        Some(units)
    }
}

/// May `account` do `action` in `unit`? `None` asks about what belongs to no unit: the register itself, the
/// tree, the accounts.
#[must_use]
pub fn may(account: &Account, action: Action, unit: Option<i64>) -> bool {
    account.grants.iter().any(|grant| match grant {
        Grant::Role(role, reach) => role.allows(action) && reach.covers(unit),
        Grant::Scope(scope, reach) => scope.allows(action) && reach.covers(unit),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{Account, Action, Grant, Reach, Role, Scope, may};

    fn account(grant: Grant) -> Account {
        Account { grants: vec![grant], ..Account::command_line() }
    }

    #[test]
    fn a_local_editor_sends_for_their_own_unit_alone() {
        let editor = account(Grant::Role(Role::Editor, Reach::Units(HashSet::from([2, 3]))));
        assert!(may(&editor, Action::Send, Some(3)));
        assert!(!may(&editor, Action::Send, Some(1)));
        assert!(!may(&editor, Action::ImportRegister, None), "the register belongs to no unit");
        assert!(!may(&editor, Action::ManageStaff, Some(2)));
    }

    #[test]
    fn a_viewer_changes_nothing_and_an_account_without_grants_sees_nothing() {
        let viewer = account(Grant::Role(Role::Viewer, Reach::Everywhere));
        let allowed: Vec<_> = Action::ALL.iter().filter(|action| may(&viewer, **action, Some(1))).collect();
        assert_eq!(allowed, [&Action::SeeCampaigns]);
        let nobody = Account { grants: Vec::new(), ..Account::command_line() };
        assert!(
            Action::ALL.iter().all(|action| !may(&nobody, *action, Some(1)) && !may(&nobody, *action, None))
        );
    }

    #[test]
    fn a_token_does_what_its_scopes_say() {
        let token = account(Grant::Scope(Scope::Compose, Reach::Everywhere));
        assert!(may(&token, Action::Compose, Some(1)));
        assert!(!may(&token, Action::Send, Some(1)));
    }
}
