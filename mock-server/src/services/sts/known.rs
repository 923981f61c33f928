//! Every operation AWS knows of this service, so that one not built here is told from one that does not exist.
//!
//! From the service model of API version 2011-06-15.

use crate::operation::Route;

pub(super) const KNOWN: &[(&str, Route)] = &[
    ("AssumeRole", Route::ACTION),
    ("AssumeRoleWithSAML", Route::ACTION),
    ("AssumeRoleWithWebIdentity", Route::ACTION),
    ("AssumeRoot", Route::ACTION),
    ("DecodeAuthorizationMessage", Route::ACTION),
    ("GetAccessKeyInfo", Route::ACTION),
    ("GetCallerIdentity", Route::ACTION),
    ("GetDelegatedAccessToken", Route::ACTION),
    ("GetFederationToken", Route::ACTION),
    ("GetScopedCredentials", Route::ACTION),
    ("GetSessionToken", Route::ACTION),
    ("GetWebIdentityToken", Route::ACTION),
];
