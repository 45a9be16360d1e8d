//! The command line.

use crate::account_orders::{self, AccountOrder};
use crate::accounts::AccountOptions;
use crate::audit::{self, AuditCommand, Repository};
use crate::backup::{self, Form};
use crate::codes::{self, CodesOptions};
use crate::demo_data::{self, DemoOptions};
use crate::downtime::{self, DowntimeArguments, DowntimeOrder};
use crate::edge::{Bucket, Papers};
use crate::failure::Failure;
use crate::forecast;
use crate::held::is_postgres;
use crate::import::ImportOptions;
use crate::import_csv::{self, CsvOptions};
use crate::key_orders::{self, KeyOrder};
use crate::keys::{KeySource, KeySources};
use crate::moving::{self, MoveOrder};
use crate::node::Options;
use crate::orders::{Order, absolute, give};
use crate::plan::{self, PlanOrder};
use crate::serve::{EdgeOptions, ServeOptions};
use crate::system::SystemClock;
use crate::twin::{self, TwinOrder};
use crate::{check_store, import, log, serve};
use clap::{Args, Parser, Subcommand, ValueEnum};
use rihla_fhir_api::Lang;
use rihla_web::World;
use std::path::PathBuf;
use std::process::ExitCode;

const AFTER: &str = "Exit codes: 0 done, 1 could not be done, 2 wrong command line, 3 some input was rejected, 4 the check found damage or what is not fit, 5 the store is in use, 6 done with warnings.";

/// Keeps a hospital's record, and carries each patient's journey through it.
#[derive(Debug, Parser)]
#[command(name = "rihla", version, about, after_help = AFTER)]
struct Cli {
    /// Where the record is: sqlite:PATH or postgres://USER@HOST/DATABASE.
    #[arg(long, global = true, env = "RIHLA_STORE", default_value = "sqlite:var/rihla", value_name = "URL")]
    store: String,
    /// The country pack: a name inside the program, or a folder. The only one there is, unless told.
    #[arg(long, global = true, env = "RIHLA_PACK", value_name = "NAME")]
    pack: Option<String>,
    /// The number of this node's site in the pack. Its first, unless told.
    #[arg(long, global = true, env = "RIHLA_SITE", value_name = "N")]
    site: Option<u16>,
    /// Whether each access leaves an entry in the audit chain.
    #[arg(long, global = true, value_enum, default_value = "on")]
    audit: Switch,
    /// The language of messages where a client asks for none.
    #[arg(long, global = true, env = "RIHLA_LANG", value_enum, default_value = "fr")]
    lang: Language,
    /// The server's key, of which passwords and PINs are made: beside the store, unless told; made if there is no account yet.
    #[arg(long, global = true, env = "RIHLA_KEY_FILE", value_name = "FILE", conflicts_with = "key_command")]
    key_file: Option<PathBuf>,
    /// A command that prints the server's key, as 64 hexadecimal digits.
    #[arg(long, global = true, env = "RIHLA_KEY_COMMAND", value_name = "COMMAND")]
    key_command: Option<String>,
    /// The key that opens a sealed store, as 64 hexadecimal digits; it follows from the server's key, unless told.
    #[arg(long, global = true, env = "RIHLA_ROOT_KEY_FILE", value_name = "FILE", conflicts_with = "root_key_command")]
    root_key_file: Option<PathBuf>,
    /// A command that prints the key that opens a sealed store.
    #[arg(long, global = true, env = "RIHLA_ROOT_KEY_COMMAND", value_name = "COMMAND")]
    root_key_command: Option<String>,
    /// Whether patients are real; said once, when the store's accounts are begun. Production, unless told.
    #[arg(long, global = true, env = "RIHLA_WORLD", value_enum)]
    world: Option<WorldName>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum WorldName {
    Production,
    Training,
    Simulation,
}

impl From<WorldName> for World {
    fn from(name: WorldName) -> Self {
        match name {
            WorldName::Production => Self::Production,
            WorldName::Training => Self::Training,
            WorldName::Simulation => Self::Simulation,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Language {
    Fr,
    Ar,
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Fr => Self::French,
            Language::Ar => Self::Arabic,
            Language::En => Self::English,
        }
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Database {
    Sqlite,
    Postgres,
    /// PostgreSQL spread over several machines.
    Citus,
}

impl Database {
    fn of(url: &str) -> Self {
        if is_postgres(url) { Self::Postgres } else { Self::Sqlite }
    }

    fn print(self) -> u8 {
        print!("{}", self.tables());
        0
    }

    fn tables(self) -> String {
        match self {
            Self::Sqlite => rihla_store_sqlite::statements(),
            Self::Postgres => rihla_store_postgres::statements(),
            Self::Citus => rihla_store_postgres::citus::statements(),
        }
    }
}

/// Who is told of entries of the audit as well.
#[derive(Debug, Args)]
struct AtnaArguments {
    /// An audit repository that entries go to as well (IHE ATNA: syslog over TLS).
    #[arg(long, value_name = "HOST:PORT", requires = "atna_ca")]
    atna: Option<String>,
    /// The authority that vouches for it, in PEM.
    #[arg(long, value_name = "FILE", requires = "atna")]
    atna_ca: Option<PathBuf>,
    /// This node's certificate for it, in PEM.
    #[arg(long, value_name = "FILE", requires_all = ["atna", "atna_key"])]
    atna_cert: Option<PathBuf>,
    /// The key of this certificate, in PEM.
    #[arg(long, value_name = "FILE", requires = "atna_cert")]
    atna_key: Option<PathBuf>,
}

impl AtnaArguments {
    fn repository(self) -> Option<Repository> {
        let both = self.atna.zip(self.atna_ca);
        both.map(|(address, authority)| Repository { address, authority, certificate: self.atna_cert, key: self.atna_key })
    }
}

/// How callers reach the server.
#[derive(Debug, Args)]
struct EdgeArguments {
    /// The server's certificate in PEM, with those between it and its authority. Read again at SIGHUP.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The certificate's key in PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Where machines call: the FHIR interface, for whoever shows a certificate.
    #[arg(long, value_name = "ADDR:PORT", requires = "machines_ca", requires = "tls_cert")]
    machines: Option<String>,
    /// The authorities that vouch for machines, in PEM.
    #[arg(long, value_name = "FILE", requires = "machines")]
    machines_ca: Option<PathBuf>,
    /// Requests a second of one address, three times that at once; 0 for no limit.
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    rate_address: u32,
    /// Requests a second of one session or token, six times that at once; 0 for no limit.
    #[arg(long, default_value_t = 100, value_name = "N")]
    rate_session: u32,
}

impl From<EdgeArguments> for EdgeOptions {
    fn from(given: EdgeArguments) -> Self {
        let bucket = |a_second: u32, times: u32| Bucket { burst: a_second.saturating_mul(times), a_second };
        Self {
            tls: given.tls_cert.zip(given.tls_key).map(|(certificate, key)| Papers { certificate, key, machines: None }),
            machines: given.machines.zip(given.machines_ca),
            address: bucket(given.rate_address, 3),
            credential: bucket(given.rate_session, 6),
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the record over FHIR REST.
    Serve {
        /// Address and port; port 0 takes a free one. The first line of output is the address.
        #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR:PORT")]
        listen: String,
        /// The base address that links carry, if it is not the one that clients call.
        #[arg(long, value_name = "URL")]
        base: Option<String>,
        /// The most entries of a batch or transaction.
        #[arg(long, default_value_t = 10_000, value_name = "N")]
        max_entries: usize,
        /// The largest body, in MiB.
        #[arg(long, default_value_t = 50, value_name = "MIB")]
        max_body: usize,
        /// Where the signed heads of the audit chain go besides the store: a file that is only added to, best on another machine.
        #[arg(long, env = "RIHLA_HEADS", value_name = "FILE")]
        heads: Option<PathBuf>,
        #[command(flatten)]
        atna: Box<AtnaArguments>,
        /// Everybody on this machine reads and writes all of the record through /fhir, without a token. For trying out;
        /// refused where patients are real.
        #[arg(long)]
        open_fhir: bool,
        /// A file that says at which identity provider people may sign in as well (OpenID Connect).
        #[arg(long, env = "RIHLA_SIGN_IN_PROVIDER", value_name = "FILE")]
        sign_in_provider: Option<PathBuf>,
        /// A file that names the channels of messages (HL7 v2 over MLLP) from other systems and to them.
        #[arg(long, env = "RIHLA_CHANNELS", value_name = "FILE")]
        channels: Option<PathBuf>,
        /// A file that names the label printers of the house, for wristbands and labels.
        #[arg(long, env = "RIHLA_PRINTERS", value_name = "FILE")]
        printers: Option<PathBuf>,
        /// The hospital lives by itself: made-up staff do what is due, and its time passes so many times faster than ours (0 to
        /// 600; 1 unless said). Refused where patients are real.
        #[arg(long, value_name = "PACE", num_args = 0..=1, default_missing_value = "1", value_parser = clap::value_parser!(u32).range(0..=600))]
        living: Option<u32>,
        /// A file that short messages are added to, a line each (when, number, text), for what sends them. Without it none is
        /// made, and no number asked for.
        #[arg(long, env = "RIHLA_SMS", value_name = "FILE")]
        sms: Option<PathBuf>,
        #[command(flatten)]
        downtime: Box<DowntimeArguments>,
        #[command(flatten)]
        edge: Box<EdgeArguments>,
    },
    /// Takes in bundles and ndjson, or lists of another system, from files and folders, plain or gzip. May be stopped and
    /// called again.
    Import(Import),
    /// Makes a CodeSystem of a table of codes and words, for `import`; needs no store.
    Codes(CodesOptions),
    /// Writes one Type.ndjson a resource type, sorted by id.
    Export {
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Proves that log, index, counts and audit chain agree.
    Verify,
    /// Proves, finds and hands out the audit trail.
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Makes the index again from the log.
    Rebuild,
    /// Writes a copy of the store into one file, while it is in use; sealed, where patients are real.
    Backup {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Seals the copy for this recipient of age (age1…); several may be named, and any of them opens it.
        #[arg(long, env = "RIHLA_BACKUP_TO", value_name = "RECIPIENT", value_delimiter = ',')]
        to: Vec<String>,
        /// Writes it in the clear all the same: the file, and beside it a folder of contents.
        #[arg(long, conflicts_with = "to")]
        plain: bool,
    },
    /// Makes a store from a copy; the store must not exist yet.
    Restore {
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The file with the identity of age that opens a sealed copy.
        #[arg(long, env = "RIHLA_BACKUP_IDENTITY", value_name = "FILE")]
        identity: Option<PathBuf>,
        /// Only proves that the copy restores: makes a store of it in a temporary folder, compares it with what the copy says,
        /// verifies it, and removes it.
        #[arg(long)]
        drill: bool,
        /// Where the temporary folder of a drill is made.
        #[arg(long, value_name = "DIR", requires = "drill")]
        within: Option<PathBuf>,
    },
    /// Carries a store into another one, on the same back end or another, and proves that nothing is missing. May be stopped
    /// and called again. Afterwards the record goes on at the target; the source says so and is not opened any more.
    Move {
        /// The store as it is, at its address; only read.
        #[arg(long, value_name = "URL", required_unless_present = "reopen")]
        from: Option<String>,
        /// Where it shall be: an empty folder or database.
        #[arg(long, value_name = "URL", required_unless_present = "reopen")]
        to: Option<String>,
        /// Makes the source of a move usable again, if its target was given up.
        #[arg(long, value_name = "URL", conflicts_with_all = ["from", "to"])]
        reopen: Option<String>,
    },
    /// Prints the SQL of the tables; needs no store.
    Schema {
        /// Which database it is for; that of --store unless told.
        #[arg(long = "for", value_enum, value_name = "DATABASE")]
        database: Option<Database>,
    },
    /// Says whether the place of a store is fit for production: settings, rights, room, speed. Writes nothing to the store.
    CheckStore {
        /// The store's address; that of --store unless told.
        #[arg(value_name = "URL")]
        url: Option<String>,
    },
    /// Seals the store at rest, changes its keys, and says what it is sealed with; with the server running or not.
    Keys {
        #[command(subcommand)]
        order: KeyOrder,
    },
    /// Opens, tries and looks at the paper for when the power fails; needs no store.
    Downtime {
        #[command(subcommand)]
        order: DowntimeOrder,
    },
    /// The facts behind the figures of the cockpit.
    Indicators {
        #[command(subcommand)]
        order: IndicatorOrder,
    },
    /// Shows figures of the store.
    Status,
    /// Ends the server on this store.
    Shutdown,
    /// Invites, suspends and lists people; done by the server that runs on the store, or without one.
    Account {
        #[command(subcommand)]
        order: AccountOrder,
    },
    /// Writes made-up patients with believable stories, as files to import; needs no store.
    DemoData(DemoOptions),
    /// The simulated hospital; needs no store.
    Twin {
        #[command(subcommand)]
        order: TwinOrder,
    },
    /// How long waits and stays will be: learned from the record, shown only while better than a naive forecast.
    Forecast {
        #[command(subcommand)]
        act: forecast::Act,
    },
    /// Plans admissions, theatres, rooms and nurses from a file; needs no store.
    Plan {
        #[command(subcommand)]
        order: PlanOrder,
    },
}

#[derive(Clone, Copy, Debug, Subcommand)]
enum IndicatorOrder {
    /// Makes them anew from the log, with the server running or not.
    Recompute {
        /// Writes nothing: says whether what is written down is what the log gives, to the bit, and the first difference.
        #[arg(long)]
        check: bool,
    },
}

/// What is taken in, and how.
#[derive(Debug, clap::Args)]
struct Import {
    /// Files, or folders to look through, with names that end in .json, .ndjson or .jsonl, plain or with .gz; with --csv
    /// in .csv, .tsv or .txt.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Lists of patients or of stays: the map that says what their columns mean.
    #[arg(long, value_name = "MAP")]
    csv: Option<PathBuf>,
    /// Says what would become of each row, and writes nothing to the record.
    #[arg(long, requires = "csv")]
    dry_run: bool,
    /// What became of each row of a list.
    #[arg(long, default_value = "import-report.csv", value_name = "FILE", requires = "csv")]
    report: PathBuf,
    /// Where rejected input goes: with reasons, import-rejects.ndjson unless told; rows of a list as they stood,
    /// import-rejects.csv unless told.
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Takes in again what an earlier import took in.
    #[arg(long, conflicts_with = "csv")]
    again: bool,
    /// Takes one piece in after another, so that ids and numbers follow the order of the input; slower.
    #[arg(long, conflicts_with = "csv")]
    in_order: bool,
}

/// Reads the command line and does what it says.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    log::start(tracing::Level::INFO);
    match dispatch(cli) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("rihla: {failure}");
            ExitCode::from(failure.exit)
        }
    }
}

fn dispatch(cli: Cli) -> Result<u8, Failure> {
    let key = cli.key_command.map_or(KeySource::File(cli.key_file), KeySource::Command);
    let root = cli.root_key_command.map(KeySource::Command).or(cli.root_key_file.map(|file| KeySource::File(Some(file))));
    let keys = KeySources { server: key.clone(), root };
    let options = Options { url: cli.store, pack: cli.pack, site: cli.site, audit: cli.audit == Switch::On, keys };
    let lang = cli.lang.into();
    let accounts = AccountOptions { key, world: cli.world.map(World::from) };
    match cli.command {
        Command::Serve { listen, base, max_entries, max_body, open_fhir, edge, downtime, heads, atna, sign_in_provider, channels, printers, sms, living } => {
            let serve = ServeOptions {
                listen,
                base,
                lang,
                max_entries,
                max_body: max_body << 20,
                open_fhir,
                edge: (*edge).into(),
                heads,
                atna: atna.repository(),
                provider: sign_in_provider,
                channels,
                printers,
                sms,
                living,
                downtime: downtime.options(lang),
            };
            serve::run(&options, &accounts, &serve)
        }
        Command::Import(import) => take_in(&options, import, lang),
        Command::Codes(table) => codes::run(&table),
        Command::Export { dir } => give(&options, &Order::Export(absolute(&dir)?)),
        Command::Verify => give(&options, &Order::Verify),
        Command::Audit { command } => audit::run(&options, command),
        Command::Rebuild => give(&options, &Order::Rebuild),
        Command::Backup { file, to, plain } => give(&options, &Order::Backup(absolute(&file)?, if plain { Form::Plain } else { Form::of(to) })),
        Command::Restore { file, identity, drill: true, within } => backup::drill(&options, &file, identity.as_deref(), within.as_deref()),
        Command::Restore { file, identity, .. } => backup::restore(&options, &file, identity.as_deref()),
        Command::Move { reopen: Some(url), .. } => moving::reopen(&options, &url),
        Command::Move { from, to, .. } => moving::run(&options, &MoveOrder { from: from.unwrap_or_default(), to: to.unwrap_or_default() }),
        Command::Schema { database } => Ok(database.unwrap_or(Database::of(&options.url)).print()),
        Command::CheckStore { url } => check_store::run(&Options { url: url.unwrap_or_else(|| options.url.clone()), ..options }),
        Command::Keys { order } => key_orders::give(&options, &order),
        Command::Downtime { order } => downtime::give(&options, &order),
        Command::Indicators { order: IndicatorOrder::Recompute { check } } => give(&options, &Order::Indicators { check }),
        Command::Status => give(&options, &Order::Status),
        Command::Shutdown => give(&options, &Order::Shutdown),
        Command::Account { order } => account_orders::give(&options, &accounts, &order),
        Command::DemoData(order) => demo_data::run(options.pack.as_deref(), &order, &SystemClock),
        Command::Forecast { act } => give(&options, &Order::Forecast(act)),
        Command::Plan { order } => plan::run(&order),
        Command::Twin { order } => twin::run(&order),
    }
}

/// Bundles and ndjson; or lists of the system before, by a map.
fn take_in(options: &Options, import: Import, lang: Lang) -> Result<u8, Failure> {
    let Import { paths, csv, dry_run, report, rejects, again, in_order } = import;
    match csv {
        Some(map) => {
            let rejects = rejects.unwrap_or_else(|| "import-rejects.csv".into());
            import_csv::run(options, &CsvOptions { map, paths, report, rejects, dry_run, lang })
        }
        None => {
            let rejects = rejects.unwrap_or_else(|| "import-rejects.ndjson".into());
            import::run(options, &ImportOptions { paths, rejects, again, in_order, lang })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
