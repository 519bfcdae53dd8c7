family! {
    NOTHING_TRUSTED = "G0201" "nothing-trusted" Error;
    TRUST_MOVED = "G0202" "trust-moved" Error;
    TRUST_NOT_AGREED = "G0203" "trust-not-agreed" Error;
    HISTORY_BROKEN = "G0204" "history-broken" Error;
    HISTORY_REWRITTEN = "G0205" "history-rewritten" Error;
    OTHER_ROOT = "G0206" "other-root" Error;
    SIGNER_UNUSABLE = "G0207" "signer-unusable" Error;
    NO_SUCH_TRUSTEE = "G0209" "no-such-trustee" Error;
    KEY_SHARED = "G0208" "key-shared" Error;
}
