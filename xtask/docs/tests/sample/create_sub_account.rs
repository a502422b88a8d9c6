use vobiz::{Client, NewSubAccount};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Reads VOBIZ_AUTH_ID and VOBIZ_AUTH_TOKEN.
    let client = Client::from_env()?;

    let request = NewSubAccount::new("Support Team");
    let created = client.create_sub_account(request).await?;

    // Shown this once. Hand it to your secret store, not to a log.
    let credentials = &created.credentials;
    let token = credentials.auth_token.expose_secret();
    println!("VOBIZ_AUTH_ID={}", credentials.auth_id);
    println!("VOBIZ_AUTH_TOKEN={token}");
    Ok(())
}
