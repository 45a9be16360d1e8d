//! `rihla account …`: what an operator on the machine may do about accounts, with the server running or not. Nobody is let in
//! by it: whoever is invited chooses their own password.

use crate::accounts::{AccountOptions, Accounts};
use crate::demo_accounts;
use crate::failure::{Failure, exit};
use crate::node::{Node, Options};
use crate::programs::Addresses;
use clap::Subcommand;
use rihla_identity::{Account, By, DisplayName, Grant, Invitation, Move, Profile, State, fold_login};

/// Who decides, in the history of an account.
const OPERATOR: By<'static> = By::Node("operator");
const BETWEEN: char = '\t';

/// An order about accounts.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum AccountOrder {
    /// Lists logins, states, roles and names.
    List,
    /// Prints a one-time invitation, for somebody new (with --name and --role) or for whoever forgot their password.
    Invite {
        login: String,
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        /// A role of the pack, for the whole site.
        #[arg(long, value_name = "ROLE")]
        role: Vec<String>,
    },
    /// Puts an account out of use; its sessions end at once.
    Suspend { login: String },
    /// Takes a suspended account back into use.
    Resume { login: String },
    /// Prints an invitation that clears the second factor when it is taken.
    Reset { login: String },
    /// Prints a new code for the first start, while no account exists.
    SetupCode,
    /// Makes an account for each role, with a password that is printed; refused on a store of real patients.
    Demo {
        /// One more for somebody of the record, by the id of their Practitioner.
        #[arg(long, value_name = "ID")]
        practitioner: Vec<String>,
    },
}

impl AccountOrder {
    /// One line for the server that runs on the store.
    pub fn to_line(&self) -> String {
        let words: Vec<&str> = match self {
            Self::List => vec!["list"],
            Self::Invite { login, name, role } => ["invite", login, name.as_deref().unwrap_or("")].into_iter().chain(role.iter().map(String::as_str)).collect(),
            Self::Suspend { login } => vec!["suspend", login],
            Self::Resume { login } => vec!["resume", login],
            Self::Reset { login } => vec!["reset", login],
            Self::SetupCode => vec!["setup-code"],
            Self::Demo { practitioner } => ["demo"].into_iter().chain(practitioner.iter().map(String::as_str)).collect(),
        };
        let plain = |word: &&str| word.replace(char::is_control, " ");
        let words: Vec<String> = words.iter().map(plain).collect();
        format!("account{BETWEEN}{}", words.join(&BETWEEN.to_string()))
    }

    pub fn parse(line: &str) -> Option<Self> {
        let mut words = line.trim_end_matches(['\r', '\n']).split(BETWEEN).map(str::to_owned);
        if words.next()? != "account" {
            return None;
        }
        let kind = words.next()?;
        match kind.as_str() {
            "list" => Some(Self::List),
            "invite" => Some(Self::Invite { login: words.next()?, name: words.next().filter(|name| !name.is_empty()), role: words.collect() }),
            "suspend" => Some(Self::Suspend { login: words.next()? }),
            "resume" => Some(Self::Resume { login: words.next()? }),
            "reset" => Some(Self::Reset { login: words.next()? }),
            "setup-code" => Some(Self::SetupCode),
            "demo" => Some(Self::Demo { practitioner: words.collect() }),
            _ => None,
        }
    }
}

/// Carries an order out, saying what it finds line by line.
pub async fn obey(node: &Node, accounts: &Accounts, order: &AccountOrder, say: &mut (dyn FnMut(&str) + Send)) -> Result<u8, Failure> {
    let identity = &accounts.identity;
    match order {
        AccountOrder::List => list(node, accounts, say)?,
        AccountOrder::Invite { login, name: None, role } if role.is_empty() => {
            let invitation = identity.invite(OPERATOR, find(accounts, login)?.id, false).await?;
            hand_over(&invitation, say);
        }
        AccountOrder::Invite { login, name, role } => {
            let name = name.as_deref().unwrap_or(login);
            let grants = role.iter().map(|role| Grant::new(role, node.site, None)).collect();
            let profile = Profile { login: login.clone(), names: vec![DisplayName::new("fr", name)], grants, practitioner: None };
            hand_over(&identity.create(OPERATOR, profile).await?.invitation, say);
        }
        AccountOrder::Suspend { login } => shift(accounts, login, Move::Suspend, say).await?,
        AccountOrder::Resume { login } => shift(accounts, login, Move::Resume, say).await?,
        AccountOrder::Reset { login } => {
            let invitation = identity.invite(OPERATOR, find(accounts, login)?.id, true).await?;
            say("the second factor is cleared when this invitation is taken");
            hand_over(&invitation, say);
        }
        AccountOrder::SetupCode => match identity.setup_code().await? {
            Some(code) => say(&format!("setup code  {}", code.as_str())),
            None => return Err(Failure::new(exit::FAILED, "there is an account already; `rihla account invite` makes others")),
        },
        AccountOrder::Demo { practitioner } => demo_accounts::make(node, accounts, practitioner, say).await?,
    }
    Ok(0)
}

fn find(accounts: &Accounts, login: &str) -> Result<Account, Failure> {
    let folded = fold_login(login);
    let found = accounts.identity.accounts()?.into_iter().find(|account| Some(&account.login) == folded.as_ref());
    found.ok_or_else(|| Failure::new(exit::FAILED, "no account has this login; `rihla account list` shows them. Somebody new needs --name and --role"))
}

async fn shift(accounts: &Accounts, login: &str, way: Move, say: &mut (dyn FnMut(&str) + Send)) -> Result<(), Failure> {
    let account = find(accounts, login)?;
    let moved = accounts.identity.move_account(OPERATOR, account.id, account.version, way).await?;
    if !matches!(way, Move::Resume) {
        accounts.smart.end_person(moved.id).await?;
    }
    say(&format!("{}  {}", moved.login, state(moved.state())));
    Ok(())
}

fn hand_over(invitation: &Invitation, say: &mut dyn FnMut(&str)) {
    say(&format!("invitation  {}", invitation.token.as_str()));
    say("open /invitation on this server and type it; it works once, for 72 hours");
}

fn list(node: &Node, accounts: &Accounts, say: &mut dyn FnMut(&str)) -> Result<(), Failure> {
    let mut all = accounts.identity.accounts()?;
    all.sort_by(|a, b| a.login.cmp(&b.login));
    for account in all {
        let roles: Vec<_> = account.grants.iter().map(|grant| of_site(node, grant)).collect();
        say(&format!("{}\t{}\t{}\t{}", account.login, state(account.state()), roles.join(" "), account.name("fr")));
    }
    Ok(())
}

fn of_site(node: &Node, grant: &Grant) -> String {
    let site = node.pack.site(grant.site).map_or_else(|| grant.site.0.to_string(), |site| site.code.clone());
    match &grant.unit {
        Some(unit) => format!("{}@{site}/{unit}", grant.role),
        None => format!("{}@{site}", grant.role),
    }
}

fn state(state: State) -> &'static str {
    match state {
        State::Invited => "invited",
        State::Active => "active",
        State::Suspended => "suspended",
        State::Closed => "closed",
    }
}

/// Has the order done by the server on this store, or, where none runs, by this process.
pub fn give(options: &Options, accounts: &AccountOptions, order: &AccountOrder) -> Result<u8, Failure> {
    let mut say = |line: &str| println!("{line}");
    if let Some(connection) = crate::admin::connect(&options.socket()?) {
        return crate::admin::ask(connection, &order.to_line(), &mut say);
    }
    if !crate::held::is_postgres(&options.url) && !options.folder()?.is_dir() {
        return Err(Failure::new(exit::FAILED, format!("there is no store at {}", options.url)));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(exit::FAILED, format!("no threads to run on: {error}")))?;
    let node = Node::open(options)?;
    let done = runtime.block_on(async {
        let accounts = Accounts::open(&node, accounts, None, Addresses::none()).await?;
        obey(&node, &accounts, order, &mut say).await
    });
    drop(runtime);
    node.close()?;
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_one_line_whatever_was_typed() {
        let orders = [
            AccountOrder::List,
            AccountOrder::Invite { login: "s.bénani".into(), name: Some("Souad Bénani".into()), role: vec!["nurse".into(), "midwife".into()] },
            AccountOrder::Invite { login: "s.bénani".into(), name: None, role: vec![] },
            AccountOrder::Reset { login: "a b".into() },
            AccountOrder::SetupCode,
            AccountOrder::Demo { practitioner: vec!["p1".into()] },
        ];
        for order in orders {
            assert_eq!(AccountOrder::parse(&order.to_line()), Some(order));
        }
        let forged = AccountOrder::Suspend { login: "a\naccount\tlist\tb".into() }.to_line();
        assert_eq!(AccountOrder::parse(&forged), Some(AccountOrder::Suspend { login: "a account list b".into() }));
    }
}
