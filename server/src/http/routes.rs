//! Every address that is not a page or a file. To add one: a line in the list and a line in `handler`; the compiler asks for
//! the second, and the table of rights in the tests, which walks the list, for a third.

use axum::http::Method;
use axum::routing::{MethodRouter, get, post};

use super::{AppState, api, sign_in};

macro_rules! endpoints {
    ($($(#[$doc:meta])* $name:ident = $method:ident $path:literal;)+) => {
        /// An address with its method.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Endpoint {
            $($(#[$doc])* $name,)+
        }

        impl Endpoint {
            /// All there are.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The method it takes.
            pub fn method(self) -> Method {
                match self { $(Self::$name => Method::$method,)+ }
            }

            /// Its address; `{id}` stands for an id.
            pub fn path(self) -> &'static str {
                match self { $(Self::$name => $path,)+ }
            }
        }
    };
}

endpoints! {
    /// Whether the house answers.
    Health = GET "/gezond";
    /// Signs in from the form on the first page.
    FormSignIn = POST "/aanmelden";
    /// Signs out from the menu.
    FormSignOut = POST "/afmelden";
    /// Signs in, in JSON.
    SignIn = POST "/api/v1/sign-in";
    /// Signs out.
    SignOut = POST "/api/v1/sign-out";
    /// Who is signed in.
    Me = GET "/api/v1/me";
    /// My board.
    Board = GET "/api/v1/board";
    /// The colleagues who sit at tables, to be named for one (R18).
    Colleagues = GET "/api/v1/colleagues";
    /// What a convener can choose from.
    ConveneForm = GET "/api/v1/convene";
    /// Convenes a session.
    Convene = POST "/api/v1/sessions";
    /// One session, as this person sees it.
    Table = GET "/api/v1/sessions/{id}";
    /// The chair gives a party a seat.
    GiveSeat = POST "/api/v1/sessions/{id}/seats";
    /// The accountability report of the own party.
    Report = GET "/api/v1/sessions/{id}/accountability";
    /// The same on paper: PDF.
    ReportPaper = GET "/api/v1/sessions/{id}/paper";
    /// The same with the chain of what the party saw: the file that `akkoord verify` checks.
    Account = GET "/api/v1/sessions/{id}/account";
    /// The live table.
    Socket = GET "/api/v1/sessions/{id}/socket";
    /// What the own organisation received.
    Dossier = GET "/api/v1/dossier";
    /// One item of it.
    DossierItem = GET "/api/v1/dossier/{id}";
    /// All of the case of that item, as one file for a system of one's own.
    Package = GET "/api/v1/dossier/{id}/package";
    /// Looks for words in what the own organisation received or gave.
    Search = POST "/api/v1/dossier/search";
    /// What the own organisation received and gave in the case of an item, for whoever asks for access.
    Access = GET "/api/v1/access/{id}";
    /// The same on paper: PDF.
    AccessPaper = GET "/api/v1/access/{id}/paper";
    /// What the own organisation gave.
    Register = GET "/api/v1/register";
    /// One entry of it.
    RegisterEntry = GET "/api/v1/register/{id}";
    /// Answers for what was given, or to its owner for what was received.
    Answer = POST "/api/v1/releases/{id}";
}

impl Endpoint {
    /// What answers there.
    pub(super) fn handler(self) -> MethodRouter<AppState> {
        match self {
            Self::Health => get(api::health),
            Self::FormSignIn => post(sign_in::by_form),
            Self::FormSignOut => post(sign_in::out_by_form),
            Self::SignIn => post(sign_in::by_json),
            Self::SignOut => post(sign_in::out),
            Self::Me => get(api::me),
            Self::Board => get(api::board),
            Self::Colleagues => get(api::colleagues),
            Self::ConveneForm => get(api::convene_form),
            Self::Convene => post(api::convene),
            Self::Table => get(api::table),
            Self::GiveSeat => post(api::give_seat),
            Self::Report => get(api::report),
            Self::ReportPaper => get(api::report_paper),
            Self::Account => get(api::account),
            Self::Search => post(api::search),
            Self::Access => get(api::access),
            Self::AccessPaper => get(api::access_paper),
            Self::Socket => get(api::socket),
            Self::Dossier => get(api::dossier),
            Self::DossierItem => get(api::dossier_item),
            Self::Package => get(api::package),
            Self::Register => get(api::register),
            Self::RegisterEntry => get(api::register_entry),
            Self::Answer => post(api::answer),
        }
    }
}
