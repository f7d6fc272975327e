//! One's own account: password, language, roles.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::audit::{self, Deed};
use crate::kernel::language::Language;
use crate::staff::{self, Grant, Reach, sign_in};
use crate::units::{self, UnitTree};
use crate::web::State;
use crate::web::error::PageError;
use crate::web::form::Form;
use crate::web::page::{Page, Section, go_to, show, show_with};
use crate::web::session::{self, SignedIn};

#[derive(Template)]
#[template(path = "staff/account.html")]
struct AccountPage {
    page: Page,
    email: String,
    roles: Vec<String>,
    problem: Option<String>,
}

async fn account_page(
    request: &HttpRequest,
    state: &State,
    who: &SignedIn,
    problem: Option<String>,
) -> Result<AccountPage, PageError> {
    let page = Page::staff(request, who, &state.config.office_name, Section::Account);
    let tree = state.db.read(units::tree).await.map_err(PageError::Database)?;
    let roles = who.grants.iter().map(|grant| describe(&page, grant, &tree)).collect();
    Ok(AccountPage { page, email: who.email.clone(), roles, problem })
}

fn describe(page: &Page, grant: &Grant, tree: &UnitTree) -> String {
    let (role, reach) = match grant {
        Grant::Role(role, reach) => (page.word("role", role), reach),
        Grant::Scope(scope, reach) => (scope.to_string(), reach),
    };
    match reach {
        Reach::Everywhere => page.t1("account-role-everywhere", "role", role),
        Reach::Units(reached) => {
            let names: Vec<&str> = tree
                .all()
                .into_iter()
                .filter(|unit| reached.contains(&unit.id))
                .map(|unit| unit.name.as_str())
                .collect();
            page.t2("account-role-in", "role", role, "units", names.join(", "))
        }
    }
}

/// `GET /account`
pub async fn show_account(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
) -> Result<HttpResponse, PageError> {
    show(&account_page(&request, &state, &who, None).await?)
}

fn own_id(who: &SignedIn) -> Result<i64, PageError> {
    who.actor.id.ok_or(PageError::NotAllowed)
}

/// `POST /account/password`: every other session of the account ends.
pub async fn set_password(
    request: HttpRequest,
    state: web::Data<State>,
    who: SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let account = own_id(&who)?;
    let (clock, password) = (state.clock.clone(), form.get("password").to_owned());
    let hashed = web::block(move || sign_in::hash_password(&clock, &password))
        .await
        .map_err(|error| PageError::Fault(error.to_string()))?;
    let hash = match hashed {
        Ok(hash) => hash,
        Err(staff::Error::PasswordTooShort) => {
            let mut page = account_page(&request, &state, &who, None).await?;
            page.problem = Some(page.page.t("error-password-too-short-text"));
            return show_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
        Err(error) => return Err(error.into()),
    };
    let (clock, actor) = (state.clock.clone(), who.actor);
    let session = state
        .db
        .write(move |conn| {
            sign_in::set_password_hash(conn, account, &hash)?;
            // The one who set it stays signed in, under a new session.
            let link = sign_in::create_link(conn, &clock, account)?;
            let session = sign_in::with_link(conn, &clock, &link)?;
            let deed = Deed {
                action: "staff.set_password",
                subject_kind: "staff_account",
                subject_id: Some(account),
                unit_id: None,
                detail: &serde_json::json!({}),
            };
            audit::record(conn, clock.now().naive_utc(), actor, &deed)?;
            Ok::<_, PageError>(session)
        })
        .await?;
    let mut response = go_to("/account?done=password");
    if let Some(session) = session {
        response
            .add_cookie(&session::cookie(&state, session))
            .map_err(|error| PageError::Fault(error.to_string()))?;
    }
    Ok(response)
}

/// `POST /account/language`
pub async fn set_language(
    state: web::Data<State>,
    who: SignedIn,
    form: Form,
) -> Result<HttpResponse, PageError> {
    let account = own_id(&who)?;
    let language: Language = form.get("language").parse().map_err(|_| PageError::Unreadable)?;
    let (now, actor) = (state.clock.now().naive_utc(), who.actor);
    state
        .db
        .write(move |conn| {
            sign_in::set_language(conn, account, language)?;
            let deed = Deed {
                action: "staff.set_language",
                subject_kind: "staff_account",
                subject_id: Some(account),
                unit_id: None,
                detail: &serde_json::json!({ "language": language }),
            };
            audit::record(conn, now, actor, &deed)?;
            Ok::<_, PageError>(())
        })
        .await?;
    Ok(go_to(&super::sign_in::local(form.get("return_to"))))
}
