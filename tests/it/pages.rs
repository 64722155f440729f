//! What every page says around its own matter: the frame, the way to support, the door.

use crate::common::TestApp;
use http::StatusCode;

db_test! {
    async fn an_address_that_leads_nowhere_keeps_the_frame_of_who_is_signed_in(app: TestApp) {
        let ana = app.person("ana@example.com").await;
        let answer = app.signed_in(&ana).await.get("/nowhere").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        let page = answer.text();
        assert!(page.contains("ana@example.com") && page.contains("Sign out"), "{page}");
        let page = app.client().get("/nowhere").await.text();
        assert!(page.contains("Page not found") && !page.contains("Sign out"), "{page}");
    }

    async fn support_is_where_the_program_says(app: TestApp) {
        let page = app.client().get("/catalog").await.text();
        let href = app.state.program.support_href().unwrap();
        assert!(page.contains(&format!("<a href=\"{href}\" rel=\"external\">Support</a>")), "{page}");
    }

    async fn who_opens_a_link_elsewhere_is_told_whom_to_sign_in_as(app: TestApp) {
        let client = app.client();
        let door = client.get("/link/no-such-proof").await.location();
        assert!(door.starts_with("/sign-in?next="), "{door}");
        let page = client.get(&door).await.text();
        assert!(page.contains("Sign in with the account you asked for it from"), "{page}");
        assert!(!client.get("/sign-in").await.text().contains("account you asked for it from"));
    }
}
