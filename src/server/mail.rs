//! Outgoing mail: plain words, one addressee. Written to files until a mail server is configured, so that everything
//! that needs a mail works from the first minute.

use super::config::Config;
use super::error::Fault;
use ce_domain::account::Email;
use ce_domain::text::slug;
use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, Date};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Sends mail. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    way: Way,
}

#[derive(Clone)]
enum Way {
    /// A file for each mail, in this folder.
    Folder(PathBuf),
    /// A mail server.
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
}

impl Mailer {
    /// A mail server if `CE_SMTP_URL` names one, else files in `CE_DATA_DIR/mail`.
    ///
    /// # Errors
    /// A sentence that names the setting that cannot be used.
    pub fn from_config(config: &Config) -> Result<Mailer, String> {
        let from = config.mail_from.parse::<Mailbox>().map_err(|_| {
            format!("CE_MAIL_FROM is \"{}\"; write it like CE Portal <ce@example.org>", config.mail_from)
        })?;
        let way = match &config.smtp_url {
            None => Way::Folder(config.data_dir.join("mail")),
            // The address may hold a password: it is not repeated.
            Some(url) => Way::Smtp(
                AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
                    .map_err(|_| {
                        "CE_SMTP_URL cannot be used; write it like smtps://USER:PASSWORD@mail.example.org".to_owned()
                    })?
                    .timeout(Some(Duration::from_secs(10)))
                    .build(),
            ),
        };
        Ok(Mailer { from, way })
    }

    /// Sends a mail. Never call it inside a transaction: what was sent cannot be rolled back.
    ///
    /// # Errors
    /// [`Fault::Mail`] when the mail server refuses it or cannot be reached, [`Fault::Io`] when the file cannot be written.
    pub async fn send(&self, to: &Email, subject: &str, text: &str) -> Result<(), Fault> {
        // Not through the parser of whole mailboxes: a comma or a name in an address must not become a second addressee.
        let address = to.shown().parse::<Address>().map_err(|error| Fault::Mail(error.to_string()))?;
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, address))
            .subject(subject)
            .date_now()
            .header(ContentType::TEXT_PLAIN)
            .body(text.to_owned())
            .map_err(|error| Fault::Mail(error.to_string()))?;
        match &self.way {
            Way::Folder(folder) => write_file(folder, subject, &message).await?,
            Way::Smtp(server) => {
                server.send(message).await.map_err(|error| Fault::Mail(told(&error)))?;
            }
        }
        tracing::info!(subject, "mail sent");
        Ok(())
    }
}

/// What a mail server's refusal comes to. Its words are left out: they repeat the address, which belongs into no log.
fn told(error: &smtp::Error) -> String {
    match error.status() {
        Some(code) => format!("the mail server answered {code}"),
        None if error.is_timeout() => "the mail server did not answer in time".to_owned(),
        None if error.is_tls() => "there is no secure connection to the mail server".to_owned(),
        None => "the mail server cannot be reached, or does not speak SMTP".to_owned(),
    }
}

/// A name that sorts by time and says what is in it. It is written under another name first, so that whoever watches the
/// folder never reads half a mail.
async fn write_file(folder: &Path, subject: &str, message: &Message) -> Result<(), Fault> {
    tokio::fs::create_dir_all(folder).await?;
    let at = message.headers().get::<Date>().map_or(SystemTime::UNIX_EPOCH, SystemTime::from);
    let at = DateTime::<Utc>::from(at).format("%Y-%m-%dT%H-%M-%SZ");
    let name = format!("{at}-{}-{:08x}", slug(subject), rand::random::<u32>());
    let unfinished = folder.join(format!(".{name}"));
    tokio::fs::write(&unfinished, message.formatted()).await?;
    tokio::fs::rename(&unfinished, folder.join(format!("{name}.eml"))).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prop_assert, proptest};
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt};

    fn mailer(folder: &Path) -> Mailer {
        Mailer {
            from: "CE Portal <noreply@localhost>".parse().expect("an address"),
            way: Way::Folder(folder.to_path_buf()),
        }
    }

    #[tokio::test]
    async fn without_a_mail_server_each_mail_is_a_file_somebody_can_find_and_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let to = Email::parse("candidate@example.com").expect("an address");
        let link = format!("http://localhost:3000/reset/{}", "x".repeat(43));
        mailer(folder.path())
            .send(&to, "Choose a new password", &format!("Open this:\n\n{link}\n"))
            .await
            .expect("sent");
        let file = std::fs::read_dir(folder.path()).expect("a folder").next().expect("a file").expect("a file");
        let name = file.file_name().into_string().expect("plain letters");
        assert!(name.contains("choose-a-new-password") && name.ends_with(".eml"), "{name}");
        assert!(!name.contains("candidate"), "addresses do not belong into names of files");
        let text = std::fs::read_to_string(file.path()).expect("text");
        assert!(text.contains("To: candidate@example.com"), "{text}");
        assert!(text.contains(&link), "the link stands in one piece: {text}");
    }

    #[tokio::test]
    async fn what_a_mail_server_says_about_an_address_is_not_repeated() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a connection");
            let mut stream = tokio::io::BufReader::new(stream);
            stream.write_all(b"220 ready\r\n").await.expect("sent");
            let mut line = String::new();
            while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
                let answer = match line.get(..4) {
                    Some("RCPT") => "550 5.1.1 <ana@example.com>: no such user\r\n",
                    _ => "250 fine\r\n",
                };
                stream.write_all(answer.as_bytes()).await.expect("sent");
                line.clear();
            }
        });
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(&format!("smtp://127.0.0.1:{port}"));
        let way = Way::Smtp(server.expect("an address").build());
        let to = Email::parse("ana@example.com").expect("an address");
        let mailer = Mailer { way, ..mailer(Path::new("")) };
        let fault = mailer.send(&to, "Hello", "Hello\n").await.expect_err("refused");
        assert_eq!(fault.to_string(), "mail: the mail server answered 550");
    }

    proptest! {
        #[test]
        fn whatever_is_taken_for_an_address_a_mail_can_be_sent_to(
            text in "[a-zü0-9.!#\\[\\]()\":;,+\\\\ _@<>-]{1,14}@[a-zü0-9.-]{1,9}\\.[a-z]{2,3}"
        ) {
            if let Some(email) = Email::parse(&text) {
                prop_assert!(email.shown().parse::<Address>().is_ok(), "{text}");
            }
        }
    }
}
