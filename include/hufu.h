/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HUFU_H
#define HUFU_H

/*
 * libhufu: integrity measurement and appraisal with SM2 and SM3, in the formats of the Linux kernel's IMA.
 *
 * Conventions, true for every function below unless it says otherwise:
 *
 *   - `int` is 0 for done and a negative errno for "could not". It must be looked at.
 *   - "No" is not an error: a refused file is a verdict, in an output parameter. The zero value of every verdict denies.
 *   - Outputs come last and are named `ret_...`. They are untouched on failure.
 *   - `struct hufu_err *` may be NULL. On failure it holds one sentence that says what, where, and, if there is a next
 *     step, what to do. It may hold bytes of file names as they are: escape before showing it on a terminal.
 *   - The library never prints, exits, or keeps state outside the objects it hands out.
 *   - `..._free(NULL)` is allowed. What a getter returns belongs to its object.
 *   - Lengths are bytes and end in `_len`. Digests and signatures are raw bytes, never hex.
 *   - An object may be used by several threads at once only where its section says so.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HUFU_API      __attribute__((visibility("default")))
#define HUFU_MUST_USE __attribute__((warn_unused_result))

/* ---- errors ------------------------------------------------------------------------------------------------- */

struct hufu_err {
	char text[512]; /* NUL-terminated, cut if longer; empty if nothing was said */
};

/* ---- hash algorithms ---------------------------------------------------------------------------------------- */

/*
 * The numbers of the kernel's `enum hash_algo` (include/uapi/linux/hash_info.h): the byte in security.ima and the bit
 * in appraise_algos. The order is historical, and part of the format.
 */
enum hufu_hash {
	HUFU_HASH_MD4 = 0,
	HUFU_HASH_MD5 = 1,
	HUFU_HASH_SHA1 = 2,
	HUFU_HASH_RMD160 = 3,
	HUFU_HASH_SHA256 = 4,
	HUFU_HASH_SHA384 = 5,
	HUFU_HASH_SHA512 = 6,
	HUFU_HASH_SHA224 = 7,
	HUFU_HASH_SM3 = 17,
	HUFU_HASH_STREEBOG256 = 18,
	HUFU_HASH_STREEBOG512 = 19,
	HUFU_HASH_SHA3_256 = 20,
	HUFU_HASH_SHA3_384 = 21,
	HUFU_HASH_SHA3_512 = 22,
	HUFU_HASH_COUNT = 23,
};

#define HUFU_DIGEST_MAX 64 /* bytes of the longest digest */

struct hufu_digest {
	uint8_t algo; /* enum hufu_hash */
	uint8_t len; /* bytes used of `bytes` */
	uint8_t bytes[HUFU_DIGEST_MAX];
};

/* The kernel's name (`sm3`, `sha256`, `sha3-256`), or NULL for a number the kernel does not know. */
HUFU_API const char *hufu_hash_name(unsigned algo);
/* The number, or -ENOENT. Exactly the kernel's names: this is what a policy or a measurement list holds. */
HUFU_API HUFU_MUST_USE int hufu_hash_by_name(const char *name, size_t name_len);
/* As hufu_hash_by_name(), and also what people type: `SM3`, `sm3-256`, `SHA-256`. */
HUFU_API HUFU_MUST_USE int hufu_hash_by_alias(const char *name);
/* Bytes of a digest, 0 for an unknown number. */
HUFU_API size_t hufu_hash_size(unsigned algo);

/*
 * Digest of `size` bytes of `fd` from offset 0, read with pread(2): the descriptor's offset is not moved.
 * -EIO if the file ends before `size` bytes (it shrank), -ENOPKG if the algorithm is not available here.
 */
HUFU_API HUFU_MUST_USE int hufu_digest_fd(unsigned algo, int fd, uint64_t size, struct hufu_digest *ret_digest,
					  struct hufu_err *err);
HUFU_API HUFU_MUST_USE int hufu_digest_mem(unsigned algo, const void *data, size_t len, struct hufu_digest *ret_digest,
					   struct hufu_err *err);

/* ---- keys --------------------------------------------------------------------------------------------------- */

/* A private key. Read-only after it was made: threads may share it. Freeing wipes it. */
struct hufu_key;

/*
 * Asked once when a key file turns out to be encrypted, or when one is to be written encrypted (`writing`).
 * Writes at most `size` bytes without a NUL into `buf` and returns their number, or a negative errno (-ECANCELED: none).
 */
struct hufu_passphrase {
	int (*get)(void *ctx, bool writing, const char *path, char *buf, size_t size);
	void *ctx;
};

/* `type`: "sm2", "rsa" (3072 bits), "rsa:2048" ... "rsa:8192", "ecdsa-p256", "ecdsa-p384". -EINVAL: another word. */
HUFU_API HUFU_MUST_USE int hufu_key_generate(const char *type, struct hufu_key **ret_key, struct hufu_err *err);
/*
 * Reads a PEM file: PKCS#8, encrypted PKCS#8, SEC1 `EC PRIVATE KEY`, PKCS#1 `RSA PRIVATE KEY`. Text and other blocks
 * before it (`openssl ecparam -genkey -text` writes a dump and `SM2 PARAMETERS`) are skipped; a certificate in the same
 * file is ignored. -EINVAL no private key in it, -EACCES wrong or no passphrase, -ENOPKG a type that cannot sign digests
 * (Ed25519, X25519, ...), -EFBIG longer than 1 MiB. `pass` may be NULL: an encrypted key is then -EACCES.
 */
HUFU_API HUFU_MUST_USE int hufu_key_load(const char *path, const struct hufu_passphrase *pass,
					 struct hufu_key **ret_key, struct hufu_err *err);
/*
 * Writes PKCS#8 PEM, mode 0600, complete or not at all (temporary file, fsync, link: never over an existing file unless
 * `overwrite`; -EEXIST). With `pass` non-NULL the key is encrypted: PBKDF2 with 600,000 rounds and AES-256-CBC.
 */
HUFU_API HUFU_MUST_USE int hufu_key_save(const struct hufu_key *key, const char *path,
					 const struct hufu_passphrase *pass, bool overwrite, struct hufu_err *err);
HUFU_API void hufu_key_free(struct hufu_key *key);

/* "sm2", "rsa", "ecdsa-nist-p256", "ecdsa-nist-p384", "ecdsa-nist-p192": the kernel's names, as in /proc/keys. */
HUFU_API const char *hufu_key_type(const struct hufu_key *key);
/* The hash that goes with the key when none is named: sm3 for SM2, sha384 for P-384, else sha256. */
HUFU_API unsigned hufu_key_default_hash(const struct hufu_key *key);
/*
 * The key id without a certificate: last four bytes of SHA1(subjectPublicKey bits), which is what evmctl and
 * `subjectKeyIdentifier=hash` use. EC points are taken uncompressed, however the file stores them.
 */
HUFU_API uint32_t hufu_key_id(const struct hufu_key *key);

#define HUFU_SIG_MAX 1024 /* bytes of the longest signature made or accepted: RSA 8192 */

/*
 * Signs a digest as the kernel verifies it (security/integrity/digsig_asymmetric.c): SM2 takes the SM3 digest as e, without
 * Z and distinguishing id, DER r,s; RSA PKCS#1 v1.5 with DigestInfo; ECDSA DER r,s.
 * -EINVAL: this key cannot sign this algorithm (SM2 signs SM3 only, and only SM2 signs SM3).
 */
HUFU_API HUFU_MUST_USE int hufu_key_sign(const struct hufu_key *key, const struct hufu_digest *digest,
					 uint8_t ret_sig[HUFU_SIG_MAX], size_t *ret_sig_len, struct hufu_err *err);

/* ---- certificates ------------------------------------------------------------------------------------------- */

/* An X.509 certificate. Read-only after it was made: threads may share it. */
struct hufu_cert;

#define HUFU_DISTID "1234567812345678" /* GM/T 0009-2012 clause 10: the default user id of SM2 */

enum hufu_form {
	HUFU_FORM_ANY, /* PEM or DER, whichever it is */
	HUFU_FORM_DER,
	HUFU_FORM_PEM,
};

enum hufu_cert_usage {
	HUFU_USAGE_PRESENT = 1 << 0, /* there is a keyUsage extension at all */
	HUFU_USAGE_DIGITAL_SIGNATURE = 1 << 1,
	HUFU_USAGE_CERT_SIGN = 1 << 2,
};

struct hufu_cert_info {
	const char *subject; /* as /proc/keys shows it: CN, or "O: CN" (crypto/asymmetric_keys/x509_cert_parser.c) */
	const char *subject_dn; /* RFC 2253 */
	const char *issuer_dn; /* RFC 2253 */
	const char *key_type; /* kernel's name: sm2, rsa, ecdsa-nist-p256, ... */
	const char *sig_type; /* "SM2-with-SM3", "RSA-SHA256", ...: for people */
	const char *not_before; /* "2026-01-31 23:59:59Z" */
	const char *not_after;
	const uint8_t *skid; /* subjectKeyIdentifier, NULL if absent */
	size_t skid_len;
	const uint8_t *akid; /* authorityKeyIdentifier's keyid, NULL if absent */
	size_t akid_len;
	const uint8_t *serial; /* big-endian magnitude */
	size_t serial_len;
	uint32_t key_id; /* last four bytes of the SKI; without an SKI as hufu_key_id() */
	unsigned usage; /* enum hufu_cert_usage */
	bool is_ca; /* basicConstraints CA:TRUE */
	bool self_signed; /* subject is issuer (names only) */
};

/* -EBADMSG malformed, or not of the wanted form; -EFBIG longer than 64 KiB; -ENOPKG a key type that is not supported. */
HUFU_API HUFU_MUST_USE int hufu_cert_parse(const uint8_t *data, size_t len, enum hufu_form form,
					   struct hufu_cert **ret_cert, struct hufu_err *err);
HUFU_API HUFU_MUST_USE int hufu_cert_load(const char *path, enum hufu_form form, struct hufu_cert **ret_cert,
					  struct hufu_err *err);
/* `form` is DER or PEM. Complete or not at all; -EEXIST as hufu_key_save(). Mode 0644. */
HUFU_API HUFU_MUST_USE int hufu_cert_save(const struct hufu_cert *cert, const char *path, enum hufu_form form,
					  bool overwrite, struct hufu_err *err);
HUFU_API void hufu_cert_free(struct hufu_cert *cert);
HUFU_API const struct hufu_cert_info *hufu_cert_info(const struct hufu_cert *cert);
HUFU_API const uint8_t *hufu_cert_der(const struct hufu_cert *cert, size_t *ret_len);

struct hufu_cert_params {
	const char *subject; /* "/C=CN/O=Example/CN=name" as openssl -subj, or a bare common name */
	unsigned days; /* 0: 3650 for a CA, 365 for a leaf */
	const char *distid; /* SM2 only; NULL: HUFU_DISTID; "": the empty one, which OpenSSL takes when none is named */
	bool ignore_csr_sig; /* never set by the programs; for tests */
};

/* A self-signed CA: basicConstraints critical CA:TRUE, keyUsage critical keyCertSign+cRLSign, SKI. */
HUFU_API HUFU_MUST_USE int hufu_cert_make_ca(const struct hufu_key *ca_key, const struct hufu_cert_params *params,
					     struct hufu_cert **ret_cert, struct hufu_err *err);
/*
 * A leaf: basicConstraints critical CA:FALSE, keyUsage critical digitalSignature, SKI, AKI, random 16-byte serial.
 * For `key`, or for the request in `csr` (PEM or DER, its self-signature is checked, its subject is used unless
 * params->subject is given); exactly one of the two. -EINVAL ca and ca_key do not belong together; -EKEYREJECTED bad CSR.
 */
HUFU_API HUFU_MUST_USE int hufu_cert_issue(const struct hufu_cert *ca, const struct hufu_key *ca_key,
					   const struct hufu_key *key, const char *csr_path,
					   const struct hufu_cert_params *params, struct hufu_cert **ret_cert,
					   struct hufu_err *err);

/*
 * Did `issuer`'s key sign `cert`? SM2: e = SM3(Z || TBS), Z from the issuer's key and `distid` (NULL: HUFU_DISTID).
 * Names, dates and usage are not looked at. -EKEYREJECTED no; -ENOPKG algorithm not supported, or broken (MD5, SHA-1).
 */
HUFU_API HUFU_MUST_USE int hufu_cert_signed_by(const struct hufu_cert *cert, const struct hufu_cert *issuer,
					       const char *distid, struct hufu_err *err);
/* The counterpart of hufu_key_sign(). 0 good, -EKEYREJECTED bad, -EINVAL key and algorithm do not go together. */
HUFU_API HUFU_MUST_USE int hufu_cert_verify(const struct hufu_cert *cert, const struct hufu_digest *digest,
					    const uint8_t *sig, size_t sig_len, struct hufu_err *err);

/* ---- security.ima ------------------------------------------------------------------------------------------- */

#define HUFU_XATTR_IMA	    "security.ima"
#define HUFU_XATTR_IMA_USER "user.ima"
#define HUFU_XATTR_MAX	    2048 /* bytes of the longest security.ima hufu reads; longer is malformed */

enum hufu_sig_type { /* byte 0 */
		     HUFU_SIG_HASH_OLD = 0x01, /* digest only: SHA1 or MD5 */
		     HUFU_SIG_SIGNATURE = 0x03,
		     HUFU_SIG_HASH = 0x04, /* algorithm byte, digest */
		     HUFU_SIG_VERITY = 0x06, /* signature over an fs-verity digest */
};

struct hufu_sig {
	uint8_t type; /* enum hufu_sig_type */
	uint8_t version; /* types 3 and 6: 2 or 3; else 0 */
	uint8_t algo; /* enum hufu_hash */
	uint32_t key_id; /* types 3 and 6 */
	const uint8_t *bytes; /* signature or digest, inside the decoded buffer */
	size_t len;
};

/*
 * Decodes the value of security.ima (kernel: struct evm_ima_xattr_data, struct signature_v2_hdr; big-endian).
 * -ENODATA empty; -EBADMSG truncated, a length field that is not exactly what follows, a digest that is too short, or too
 * long a value; -EPROTONOSUPPORT a type or version that is not known (version 1 among them); -ENOPKG an unknown algorithm number.
 * As in the kernel, bytes after the digest of a hash type are tolerated and not part of `bytes`.
 */
HUFU_API HUFU_MUST_USE int hufu_sig_decode(const uint8_t *data, size_t len, struct hufu_sig *ret_sig,
					   struct hufu_err *err);
/* Encodes types 1, 3 (version 2), 4 and 6 (version 3). -ENOSPC: `size` is too small. */
HUFU_API HUFU_MUST_USE int hufu_sig_encode(const struct hufu_sig *sig, uint8_t *ret_data, size_t size, size_t *ret_len);

/* ---- signing and verifying files and trees ------------------------------------------------------------------ */

enum hufu_file_state {
	HUFU_FILE_FAILED = 0, /* could not: `error` and `text` say why. Exit code 1 */
	HUFU_FILE_SIGNED, /* signed, hashed or cleared: changed by this run */
	HUFU_FILE_RIGHT, /* already right (sign), verified (verify) */
	HUFU_FILE_SKIPPED, /* not of the wanted type, or excluded */
	HUFU_FILE_REFUSED, /* verify only: not signed by a given key; `text` is the reason */
	HUFU_FILE_STATE_COUNT,
};

struct hufu_file_report {
	const char *path; /* as reached from the operand */
	enum hufu_file_state state;
	int error; /* negative errno with FAILED, else 0 */
	const char *text; /* the reason in words, "" if none */
	const struct hufu_sig *sig; /* verify, show: what was found; NULL if nothing decodable */
	const struct hufu_digest *digest; /* sign, hash, verify: digest of the content; NULL if not computed */
	const uint8_t *xattr; /* raw value found or written; NULL if none */
	size_t xattr_len;
};

struct hufu_tree_count {
	uint64_t by_state[HUFU_FILE_STATE_COUNT];
	uint64_t bytes; /* hashed */
};

enum hufu_tree_action { HUFU_TREE_SIGN, HUFU_TREE_HASH, HUFU_TREE_VERIFY, HUFU_TREE_SHOW, HUFU_TREE_CLEAR };

enum hufu_tree_flags {
	HUFU_TREE_RECURSIVE = 1 << 0,
	HUFU_TREE_ONE_FS = 1 << 1, /* do not cross mount points */
	HUFU_TREE_SIDECAR = 1 << 2, /* FILE.sig instead of the xattr; `.sig` files are skipped */
	HUFU_TREE_XATTR_USER = 1 << 3, /* user.ima instead of security.ima */
	HUFU_TREE_FORCE = 1 << 4, /* sign what is already right as well */
	HUFU_TREE_DRY_RUN = 1 << 5,
};

struct hufu_tree_job {
	enum hufu_tree_action action;
	unsigned flags; /* enum hufu_tree_flags */
	unsigned algo; /* sign, hash */
	const struct hufu_key *key; /* sign */
	uint32_t key_id; /* sign: goes into the header */
	const struct hufu_cert *const *certs; /* verify: accepted signers */
	size_t n_certs;
	unsigned jobs; /* threads; 0: one for each online CPU */
	/*
	 * Names left out below an operand, directories with all that is in them: fnmatch(3) patterns, of the name alone, or
	 * with a slash in it of the path as it would be reported; `*` and `?` match no slash.
	 */
	const char *const *excludes;
	size_t n_excludes;
	/* One call for each file, in sorted order within an operand, from one thread at a time. */
	void (*on_file)(void *ctx, const struct hufu_file_report *report);
	/* Called a few times a second with what is done so far. Returning true ends the run cleanly (-ECANCELED). */
	bool (*on_progress)(void *ctx, const struct hufu_tree_count *count, uint64_t n_found, bool walk_done);
	void *ctx;
};

/*
 * Works through `path` (a regular file, or with RECURSIVE a directory). Only regular files are touched; symbolic links
 * below the operand are never followed, an operand that is a link is refused (-ELOOP) as are other types (-EINVAL); a
 * directory without RECURSIVE is -EISDIR. Everything is opened relative to a directory descriptor with O_NOFOLLOW; size,
 * mtime and ctime are compared before and after hashing, and the value is set on the descriptor that was hashed.
 * Files that fail are reported and counted, and the walk goes on: 0 means the walk was done, look at `count`.
 * `count` is added to, not cleared. Memory is bounded whatever the tree.
 */
HUFU_API HUFU_MUST_USE int hufu_tree_run(const struct hufu_tree_job *job, const char *path,
					 struct hufu_tree_count *count, struct hufu_err *err);

/* Paths one after the other, asked for in a thread that need not be the caller's. */
struct hufu_tree_operands {
	/* 1 and a path that stays until the next call; 0 at the end; a negative errno ends the run, with this error. */
	int (*next)(void *ctx, const char **ret_path, struct hufu_err *err);
	void *ctx;
};
/*
 * hufu_tree_run() of many paths at once, all of them worked on together and reported in the order of the paths. What it would
 * have returned of a path is reported as the failure of a file of that name, and the run goes on.
 */
HUFU_API HUFU_MUST_USE int hufu_tree_run_all(const struct hufu_tree_job *job, const struct hufu_tree_operands *operands,
					     struct hufu_tree_count *count, struct hufu_err *err);

/* ---- accesses and policy ------------------------------------------------------------------------------------ */

enum hufu_func { /* kernel: enum ima_hooks */
		 HUFU_FUNC_NONE = 0,
		 HUFU_FUNC_FILE_CHECK,
		 HUFU_FUNC_MMAP_CHECK,
		 HUFU_FUNC_MMAP_CHECK_REQPROT,
		 HUFU_FUNC_BPRM_CHECK,
		 HUFU_FUNC_CREDS_CHECK,
		 HUFU_FUNC_MODULE_CHECK,
		 HUFU_FUNC_FIRMWARE_CHECK,
		 HUFU_FUNC_KEXEC_KERNEL_CHECK,
		 HUFU_FUNC_KEXEC_INITRAMFS_CHECK,
		 HUFU_FUNC_POLICY_CHECK,
		 HUFU_FUNC_KEXEC_CMDLINE, /* from here on: of a buffer, or of none */
		 HUFU_FUNC_KEY_CHECK,
		 HUFU_FUNC_CRITICAL_DATA,
		 HUFU_FUNC_SETXATTR_CHECK,
		 HUFU_FUNC_COUNT,
};

/* `BPRM_CHECK` etc.; NULL for NONE and unknown. Aliases (PATH_CHECK, FILE_MMAP) are understood by the parser only. */
HUFU_API const char *hufu_func_name(enum hufu_func func);

enum hufu_mask { /* kernel: MAY_EXEC ... MAY_APPEND, include/linux/fs.h */
		 HUFU_MAY_EXEC = 1,
		 HUFU_MAY_WRITE = 2,
		 HUFU_MAY_READ = 4,
		 HUFU_MAY_APPEND = 8,
};

/* Who: the ids a rule can ask for, of the task that waits. 4294967295 is "unset" for auid and ses. */
struct hufu_subject {
	pid_t tid;
	pid_t pid; /* thread group */
	uint32_t uid, euid, suid;
	uint32_t gid, egid, sgid;
	uint32_t auid; /* login uid */
	uint32_t ses;
	bool cap_setuid; /* effective, and in the initial user namespace: kernel-side euid= compares all three ids then */
	bool cap_setgid;
	char comm[17];
	char label[256]; /* LSM label of the task, "" without an LSM */
};

/* On what: the facts a rule can ask for. Strings belong to the caller. */
struct hufu_object {
	uint64_t fs_magic; /* statfs f_type */
	const char *fs_name; /* file system type: ext4, tmpfs; NULL unknown (matches no fsname=) */
	const char *fs_subtype; /* of a FUSE file system; NULL none or unknown (matches no fs_subtype=) */
	const char *label; /* LSM label of the file; NULL none or unknown (matches no obj_ condition) */
	const char *data_name; /* KEY_CHECK: the keyring; CRITICAL_DATA: the label of the data; NULL for others */
	bool has_fs_uuid;
	uint8_t fs_uuid[16];
	uint32_t owner, group; /* of the inode as seen on this mount */
};

/* A parsed policy. Never changes once made: threads may share it. */
struct hufu_policy;

enum hufu_policy_action { /* kernel: security/integrity/ima/ima_policy.c */
			  HUFU_POLICY_MEASURE = 1 << 0,
			  HUFU_POLICY_APPRAISE = 1 << 1,
			  HUFU_POLICY_AUDIT = 1 << 2,
			  HUFU_POLICY_HASH = 1 << 3, /* write the digest into security.ima at the last close */
};

enum hufu_template {
	HUFU_TEMPLATE_NONE = 0, /* the rule names none: use the engine's default */
	HUFU_TEMPLATE_IMA_NG,
	HUFU_TEMPLATE_IMA_SIG,
	HUFU_TEMPLATE_IMA_BUF,
	HUFU_TEMPLATE_IMA,
	HUFU_TEMPLATE_IMA_NGV2,
	HUFU_TEMPLATE_IMA_SIGV2,
	HUFU_TEMPLATE_IMA_MODSIG,
	HUFU_TEMPLATE_EVM_SIG,
	HUFU_TEMPLATE_COUNT,
};
/* "ima-ng" ..., NULL for NONE and unknown. */
HUFU_API const char *hufu_template_name(enum hufu_template tmpl);
/* By name or by format string (`d-ng|n-ng|sig`); HUFU_TEMPLATE_NONE if neither is known. */
HUFU_API enum hufu_template hufu_template_by_name(const char *name, size_t name_len);

/* What the rules say of one access. All zero: nothing is to be done, the access is allowed. */
struct hufu_decision {
	unsigned actions; /* enum hufu_policy_action */
	/* Options: the kernel takes them from every rule that matched, also from a dont_ rule. */
	bool require_sig; /* appraise_type=imasig */
	bool permit_modsig; /* appraise_type=imasig|modsig */
	bool require_verity; /* digest_type=verity: the digest is fs-verity's */
	bool require_sigv3; /* appraise_type=sigv3 */
	bool check_blacklist; /* appraise_flag=check_blacklist; Linux 6.6 and later do so for every signature */
	bool permit_directio;
	bool file_class; /* the appraise rule has no func=: its result is that of FILE_CHECK, whatever the func */
	uint32_t algos; /* appraise_algos: bit for each enum hufu_hash that is allowed; 0: any */
	int pcr; /* -1: the engine's default */
	enum hufu_template tmpl;
	/* 1-based rule that decided, also a dont_ rule; 0: none matched */
	unsigned measure_rule, appraise_rule, audit_rule, hash_rule;
};

struct hufu_policy_where {
	unsigned line; /* 1-based; 0: not about a line (too large, NUL byte in the file name, ...) */
	unsigned column; /* 1-based byte of the token at fault */
};

#define HUFU_POLICY_MAX	     (1 << 20) /* bytes of a policy; larger is -EFBIG */
#define HUFU_POLICY_LINE_MAX 4095 /* bytes of a line, as one write(2) to the kernel's file; longer is -EINVAL */

/*
 * Parses rules, one a line. The whole text is refused for one bad rule: -EINVAL (-ERANGE for a number that overflows, as in
 * the kernel), `ret_where` (may be NULL) and `err` say line, column and reason. A last line without newline is taken.
 * `base` (may be NULL) is a policy whose rules come first: later loads append, as in the kernel.
 */
HUFU_API HUFU_MUST_USE int hufu_policy_parse(const char *text, size_t len, const struct hufu_policy *base,
					     struct hufu_policy **ret_policy, struct hufu_policy_where *ret_where,
					     struct hufu_err *err);

/* The security module whose labels the obj_ and subj_ conditions hold. */
enum hufu_lsm { HUFU_LSM_NONE = 0, HUFU_LSM_SELINUX, HUFU_LSM_SMACK, HUFU_LSM_APPARMOR };

#define HUFU_KERNEL_OLDEST 601
#define HUFU_KERNEL_NEWEST 702

struct hufu_policy_opts {
	const struct hufu_policy *base; /* as hufu_policy_parse()'s; may be NULL */
	unsigned kernel; /* the release whose language it is: 601 is 6.1, 614 is 6.14; 0: HUFU_KERNEL_NEWEST */
	/*
	 * A condition on labels that this module does not have, or that no module has, is an error without a `base`; with one the
	 * rule is dormant: it never matches and is not printed. The kernel does so: ima_lsm_rule_init().
	 */
	enum hufu_lsm lsm;
};
/* As hufu_policy_parse(), whose options are the newest language and no labels. -EINVAL also for a release that is not known. */
HUFU_API HUFU_MUST_USE int hufu_policy_parse_as(const char *text, size_t len, const struct hufu_policy_opts *opts,
						struct hufu_policy **ret_policy, struct hufu_policy_where *ret_where,
						struct hufu_err *err);
/*
 * The text of a builtin policy as `ima_policy=` names it: "tcb", "appraise_tcb", "secure_boot", "critical_data", "fail_securely" (which
 * has no rules), and "ima_tcb", the older one. NULL: there is none of that name.
 */
HUFU_API const char *hufu_policy_builtin(const char *name, unsigned kernel);
HUFU_API void hufu_policy_free(struct hufu_policy *policy);
HUFU_API unsigned hufu_policy_count(const struct hufu_policy *policy);
/*
 * Rule `index` (0-based) in the kernel's canonical form. `kernel_form`: each token is followed by a space, also the last,
 * as the kernel's file prints it; else no trailing blank. No newline. Returns the length, 0 for a dormant rule, or -ENOSPC.
 */
HUFU_API HUFU_MUST_USE ssize_t hufu_policy_print(const struct hufu_policy *policy, unsigned index, bool kernel_form,
						 char *ret_text, size_t size);
/* Actions (enum hufu_policy_action) that some rule for `func` may ask for; with HUFU_FUNC_NONE for any func. */
HUFU_API unsigned hufu_policy_actions(const struct hufu_policy *policy, enum hufu_func func);
/* Is there a rule `appraise func=POLICY_CHECK`? Then a policy is taken from a file that is right, and no other way: ima_write_policy(). */
HUFU_API bool hufu_policy_wants_signed(const struct hufu_policy *policy);
/* func=SETXATTR_CHECK: the algorithms allowed in a security.ima that is set, as a bit mask; 0: any. The first such rule counts. */
HUFU_API uint32_t hufu_policy_setxattr_algos(const struct hufu_policy *policy);
/* Pure: the first matching rule of each class decides it (measure, appraise, audit, hash), each class on its own. */
HUFU_API void hufu_policy_match(const struct hufu_policy *policy, enum hufu_func func, unsigned mask,
				const struct hufu_subject *subject, const struct hufu_object *object,
				struct hufu_decision *ret_decision);

/* ---- policies in words ------------------------------------------------------------------------------------------ */

/* What rule `index` (0-based) does, as one English sentence. Allocated; the caller frees it. -EINVAL: no such rule. */
HUFU_API HUFU_MUST_USE int hufu_policy_explain(const struct hufu_policy *policy, unsigned index, char **ret_text);

enum hufu_remark_kind {
	HUFU_REMARK_NEVER = 0, /* the rule can never match */
	HUFU_REMARK_UNSEEN, /* hufud does not see what it is about, or does not do what it says; the kernel does */
	HUFU_REMARK_IDLE, /* it may match, and nothing comes of it */
	HUFU_REMARK_TRAP, /* it does something that few would think of */
	HUFU_REMARK_KIND_COUNT,
};
/* "never", "unseen", "idle", "trap"; NULL for unknown. */
HUFU_API const char *hufu_remark_name(enum hufu_remark_kind kind);

struct hufu_policy_remark {
	enum hufu_remark_kind kind;
	unsigned rule; /* 1-based, that it is about */
	unsigned other; /* 1-based, the rule that is the reason; 0: none */
	const char *text; /* one or two English sentences. May hold bytes of names as they are */
};

/* What is odd about the rules, in their order. Says nothing of most. */
HUFU_API HUFU_MUST_USE int hufu_policy_remarks(const struct hufu_policy *policy,
					       void (*on_remark)(void *ctx, const struct hufu_policy_remark *remark),
					       void *ctx);

/* ---- trust: keyrings ---------------------------------------------------------------------------------------- */

/* The keyrings with the kernel's link rules. Threads may share it: it locks itself. */
struct hufu_trust;

enum hufu_ring {
	HUFU_RING_BUILTIN = 0, /* .builtin_trusted_keys: pinned roots; no restriction, filled from trust.d only */
	HUFU_RING_SECONDARY, /* .secondary_trusted_keys: signed by builtin or secondary */
	HUFU_RING_IMA, /* .ima: signed by builtin or secondary, keyUsage digitalSignature */
	HUFU_RING_BLACKLIST, /* .blacklist: `bin:` and `tbs:` hashes */
	HUFU_RING_COUNT,
};
/* ".ima" ... */
HUFU_API const char *hufu_ring_name(enum hufu_ring ring);
/* "%:.ima", ".ima" or "ima"; a negative errno (-ENOENT) else. */
HUFU_API HUFU_MUST_USE int hufu_ring_by_name(const char *name);

HUFU_API HUFU_MUST_USE int hufu_trust_new(struct hufu_trust **ret_trust);
HUFU_API void hufu_trust_free(struct hufu_trust *trust);

/*
 * Adds a certificate in DER to `ring`. The kernel's errnos: -EBADMSG malformed or not DER; -ENOPKG unsupported algorithm;
 * -ENOKEY no trusted key has signed it; -EKEYREJECTED the signature is bad, the certificate is blacklisted, or keyUsage
 * digitalSignature is missing (.ima); -EOPNOTSUPP not a certificate ring. A certificate without SKI is -EBADMSG for .ima:
 * nothing signed with it could ever be found. Adding one that is there already replaces it, as add_key(2) does.
 * `ret_note` (may be NULL) gets a warning in words where the certificate is accepted though odd (a root that is not a CA), else "".
 */
HUFU_API HUFU_MUST_USE int hufu_trust_add(struct hufu_trust *trust, enum hufu_ring ring, const uint8_t *der, size_t len,
					  uint32_t *ret_serial, struct hufu_err *ret_note, struct hufu_err *err);
/*
 * Puts a certificate into .ima whoever has signed it: for a caller who vouches for it, and for keyrings that judge what would be, not
 * what is. All else is as with hufu_trust_add().
 */
HUFU_API HUFU_MUST_USE int hufu_trust_vouch(struct hufu_trust *trust, const struct hufu_cert *cert,
					    struct hufu_err *err);
/*
 * `entry`: "tbs:<hex>" (SM3, SHA-256, -384 or -512 of a certificate's TBS part) or "bin:<hex>" (digest of a file). -EINVAL. Removes
 * the certificates it hits from every ring, and what is in there only because one of them signed it.
 */
HUFU_API HUFU_MUST_USE int hufu_trust_blacklist(struct hufu_trust *trust, const char *entry, struct hufu_err *err);
/* By serial, or by key id / SKI suffix in hex. -ENOENT. Builtin keys cannot be removed (-EPERM). */
HUFU_API HUFU_MUST_USE int hufu_trust_remove(struct hufu_trust *trust, enum hufu_ring ring, const char *id,
					     struct hufu_err *err);
/* A consistent copy of one ring as lines of /proc/keys, for each the line without newline. */
HUFU_API HUFU_MUST_USE int hufu_trust_list(const struct hufu_trust *trust, enum hufu_ring ring,
					   void (*on_line)(void *ctx, const char *line), void *ctx);
/*
 * Verifies an IMA signature with the keys of .ima. 0 good; -ENOKEY no such key id; -EKEYREJECTED bad signature;
 * -EINVAL key and algorithm do not go together. All keys with that id are tried.
 */
HUFU_API HUFU_MUST_USE int hufu_trust_verify(const struct hufu_trust *trust, const struct hufu_sig *sig,
					     const struct hufu_digest *digest, struct hufu_err *err);
/* 1 if `bin:` + digest is on the blacklist, else 0. */
HUFU_API int hufu_trust_is_blacklisted(const struct hufu_trust *trust, const struct hufu_digest *digest);
/* Grows with every change of any ring: what was verified under another generation has to be verified again. */
HUFU_API uint64_t hufu_trust_generation(const struct hufu_trust *trust);

/* ---- measurement list --------------------------------------------------------------------------------------- */

#define HUFU_PCR_DEFAULT 10

/* One entry of a list. Memory belongs to the reader or writer that fills it. */
struct hufu_mlog_entry {
	uint32_t pcr;
	uint8_t template_hash[20]; /* SHA1, as in the legacy files; all zero: a violation */
	char template_name[256]; /* "ima-sig", or a format string (up to 15 fields of 16 characters) */
	struct hufu_digest digest; /* of the file; digest.len 0 if the template carries none we know */
	const char *name; /* n-ng as stored, NUL-terminated: spaces are already `_` */
	size_t name_len;
	const uint8_t *extra; /* the third field (sig, buf), NULL if the template has none */
	size_t extra_len;
	const uint8_t *data; /* template data as hashed and stored: per field u32 length + bytes */
	size_t data_len;
};

/* Reads a list, the kernel's or ours, ascii or binary, found out from the first bytes; constant memory. */
struct hufu_mlog_reader;
HUFU_API HUFU_MUST_USE int hufu_mlog_open(const char *path, struct hufu_mlog_reader **ret_reader, struct hufu_err *err);
/* 1: an entry, valid until the next call; 0: end of the list; -EBADMSG: malformed or truncated here (`err` says where). */
HUFU_API HUFU_MUST_USE int hufu_mlog_next(struct hufu_mlog_reader *reader, struct hufu_mlog_entry *ret_entry,
					  struct hufu_err *err);
/* The number of the last entry returned, from 1. */
HUFU_API uint64_t hufu_mlog_index(const struct hufu_mlog_reader *reader);
HUFU_API void hufu_mlog_close(struct hufu_mlog_reader *reader);
/*
 * Recomputes the template hash of an entry. 0: it is what the entry says, or the entry is a violation (all zero);
 * -EBADMSG: it is not; -EPROTONOSUPPORT: a template whose fields are not known.
 */
HUFU_API HUFU_MUST_USE int hufu_mlog_check(const struct hufu_mlog_entry *entry, struct hufu_err *err);
/*
 * The template hash of an entry under `algo`: what was extended into the bank of that algorithm, if the entry is no violation.
 * -EPROTONOSUPPORT as above; -EBADMSG template data that cannot be taken apart; -ENOPKG the algorithm is not available here.
 */
HUFU_API HUFU_MUST_USE int hufu_mlog_hash(const struct hufu_mlog_entry *entry, unsigned algo,
					  struct hufu_digest *ret_hash, struct hufu_err *err);
/* The entry as one line of ascii_runtime_measurements, without newline. Allocated; the caller frees it. */
HUFU_API HUFU_MUST_USE int hufu_mlog_ascii(const struct hufu_mlog_entry *entry, char **ret_line);

/* ---- engine: measures and appraises one access -------------------------------------------------------------- */

/* Threads may share it: it locks itself. */
struct hufu_engine;

enum hufu_mode {
	HUFU_MODE_ENFORCE = 0, /* a refused access is refused */
	HUFU_MODE_LOG, /* ... is allowed, the audit line is the same (kernel: ima_appraise=log) */
};

/* Why an appraisal failed: the kernel's `cause=` words (security/integrity/ima/ima_appraise.c). */
enum hufu_cause {
	HUFU_CAUSE_NONE = 0,
	HUFU_CAUSE_MISSING_HASH,
	HUFU_CAUSE_SIGNATURE_REQUIRED,
	HUFU_CAUSE_INVALID_HASH,
	HUFU_CAUSE_INVALID_SIGNATURE,
	HUFU_CAUSE_INVALID_SIGNATURE_VERSION,
	HUFU_CAUSE_UNKNOWN_IMA_DATA,
	HUFU_CAUSE_UNKNOWN, /* the xattr could not be read */
	HUFU_CAUSE_FAILED, /* op=collect_data: the content could not be read, or changed meanwhile */
	HUFU_CAUSE_MMAPPED_WRITERS,
	HUFU_CAUSE_VERITY_REQUIRED,
	HUFU_CAUSE_INVALID_VERITY_SIGNATURE,
	HUFU_CAUSE_NO_VERITY_DIGEST, /* op=collect_data */
	HUFU_CAUSE_DENIED_HASH_ALGORITHM, /* op=collect_data */
	HUFU_CAUSE_SIGV3_REQUIRED,
	HUFU_CAUSE_SIGNED_FILE, /* opened for writing, and it is signed. No audit line says so, as in the kernel */
	HUFU_CAUSE_COUNT,
};
/* "IMA-signature-required" ..., "" for NONE. */
HUFU_API const char *hufu_cause_name(enum hufu_cause cause);

struct hufu_verdict {
	bool allow; /* false unless the access may go on */
	bool measured; /* a new entry was added to the list */
	enum hufu_cause cause; /* of a failed appraisal, also when the mode allows it */
	struct hufu_decision decision;
};

/* One access as the watcher saw it. */
struct hufu_access {
	enum hufu_func func;
	unsigned mask; /* enum hufu_mask */
	unsigned open_flags; /* O_ flags where they are known, else 0 */
	struct hufu_subject subject;
	struct hufu_object object;
	int fd; /* readable, of the file itself; the engine reads through it only */
	const char *path; /* for the list and the audit line */
	const char *dev; /* superblock id for the audit line: "sda1", "tmpfs" */
	uint64_t ino;
	uint64_t size;
};

struct hufu_engine_opts {
	struct hufu_trust *trust; /* not owned */
	unsigned hash; /* ima_hash: for files without a usable xattr, and for boot_aggregate */
	enum hufu_template tmpl; /* default for rules that name none; NONE: ima-ng (hufud: ima-sig) */
	enum hufu_mode mode;
	enum hufu_lsm lsm; /* whose labels the policy's obj_ and subj_ conditions hold */
	const char *list_dir; /* directory of the measurement list; NULL: no list is kept */
	/* Called with one audit record without newline, `type=INTEGRITY_DATA msg=audit(...): ...`; from any thread. */
	void (*on_audit)(void *ctx, const char *line);
	void *ctx;
	/*
	 * With a signal, verdicts are remembered under read leases, fcntl(2) F_SETLEASE: until a writer comes, for some seconds
	 * after the last access, for at most cache_max files. A real-time signal, blocked in every thread; the caller takes it, as
	 * from signalfd(2), and hands its descriptor to hufu_engine_lease_broken() without delay: a writer waits for that.
	 * Or SIGURG, which is ignored where nobody asks for it: a writer then waits until hufu_engine_tidy() is called.
	 * 0: everything is read anew each time.
	 */
	int lease_signal;
	size_t cache_max;
};

/*
 * Opens (or continues) the list in list_dir: binary_runtime_measurements and ascii_runtime_measurements. An existing list of
 * this boot is read and checked entry by entry; a torn last record is cut off; the ascii file is completed from the binary
 * one. A list of another boot is renamed to `*.previous`. A new list starts with boot_aggregate. -EBADMSG: a wrong entry in the middle.
 */
HUFU_API HUFU_MUST_USE int hufu_engine_new(const struct hufu_engine_opts *opts, struct hufu_engine **ret_engine,
					   struct hufu_err *err);
HUFU_API void hufu_engine_free(struct hufu_engine *engine);
/* What had to be repaired in the list when it was opened, in words; "" for nothing. */
HUFU_API const char *hufu_engine_note(const struct hufu_engine *engine);

/*
 * Parses `text` and makes it the policy, atomically, or changes nothing. `append`: after the rules that are there. -ENODATA: there is
 * no rule in it.
 */
HUFU_API HUFU_MUST_USE int hufu_engine_load_policy(struct hufu_engine *engine, const char *text, size_t len,
						   bool append, struct hufu_policy_where *ret_where,
						   struct hufu_err *err);
/*
 * The number of rules in `text`, or what hufu_engine_load_policy() would say of it; changes nothing. A refusal is audited. For loads
 * that come line by line.
 */
HUFU_API HUFU_MUST_USE int hufu_engine_check_policy(struct hufu_engine *engine, const char *text, size_t len,
						    bool append, struct hufu_err *err);
/* As hufu_policy_wants_signed() of the active policy. */
HUFU_API bool hufu_engine_wants_signed_policy(struct hufu_engine *engine);
/* Audits that rules came otherwise: op=policy_update cause=signed policy required. */
HUFU_API void hufu_engine_refuse_unsigned_policy(struct hufu_engine *engine);
/* The active policy in canonical form, one rule a line. Allocated; the caller frees it. */
HUFU_API HUFU_MUST_USE int hufu_engine_print_policy(struct hufu_engine *engine, bool kernel_form, char **ret_text);
/* As hufu_policy_actions() of the active policy. */
HUFU_API unsigned hufu_engine_actions(struct hufu_engine *engine, enum hufu_func func);
HUFU_API void hufu_engine_set_mode(struct hufu_engine *engine, enum hufu_mode mode);

/*
 * Measures, appraises and audits one access. Never fails: whatever cannot be decided is denied, if the policy asks.
 * Leaves a read lease on the descriptor, where the file system grants one and the access is none for writing: answer the access,
 * then close the descriptor, and nobody can have written in between. A writer who waits for that makes a SIGURG.
 */
HUFU_API void hufu_engine_judge(struct hufu_engine *engine, const struct hufu_access *access,
				struct hufu_verdict *ret_verdict);

/*
 * A key has entered a keyring: measured, if a rule of KEY_CHECK asks for that. `keyring`: its name; `payload`: the certificate as it was
 * given.
 */
HUFU_API void hufu_engine_measure_key(struct hufu_engine *engine, const struct hufu_subject *subject,
				      const char *keyring, const void *payload, size_t len);

/*
 * A writer has closed the file of `fd`, which is readable. If it was opened under a rule that takes hashes, or under a hash rule, and
 * nobody else is writing, security.ima gets the digest of what it holds now: ima_check_last_writer(), ima_fix_xattr().
 */
HUFU_API void hufu_engine_closed(struct hufu_engine *engine, int fd);
/* The signal came, with this si_fd. */
HUFU_API void hufu_engine_lease_broken(struct hufu_engine *engine, int fd);
/* Gives up leases that nobody asked for of late. To be called a few times a second while there is a lease_signal. */
HUFU_API void hufu_engine_tidy(struct hufu_engine *engine);

struct hufu_engine_stats {
	uint64_t judged, appraised;
	uint64_t refused; /* failed appraisals, also those that HUFU_MODE_LOG let pass */
	uint64_t measured, violations, list_count, audit_lines;
	uint64_t list_lost; /* entries that could not be written, as on a full disk */
	uint64_t cache_hits, cache_misses, cache_broken, cache_entries; /* broken: by writers */
	unsigned n_rules;
	enum hufu_mode mode;
};
HUFU_API void hufu_engine_stats(struct hufu_engine *engine, struct hufu_engine_stats *ret_stats);

/* ---- simulation: a user's accesses to the files of a tree, as they would be judged ---------------------------- */

enum hufu_use {
	HUFU_USE_EXEC = 0, /* execve(2): a program or script that the user may execute, with its interpreters */
	HUFU_USE_MAP, /* mmap(2) with PROT_EXEC: an ELF file that has something to execute and that the user may read */
	HUFU_USE_READ, /* open(2) for reading */
	HUFU_USE_COUNT,
};
/* "exec", "map", "read"; NULL for unknown. */
HUFU_API const char *hufu_use_name(enum hufu_use use);

/* What would become of one use of one file. */
struct hufu_simulate_report {
	const char *path; /* as reached from the operand */
	enum hufu_use use;
	const char *via; /* not the file itself decides, but this interpreter of it, as it is named there; else NULL */
	enum hufu_cause cause; /* it would be refused; NONE: it would not */
	enum hufu_func func; /* of the access that would be refused */
	unsigned rule; /* 1-based, that wants it to be appraised */
	/*
	 * Negative errno. With `via`: what execve(2) says without any policy, because the interpreter is not there. Without: the file
	 * could not be looked at, and nothing is known of it.
	 */
	int error;
	unsigned measure_rule; /* 1-based; 0: it would not be measured */
	int pcr; /* it would be measured into */
};

struct hufu_simulate_count {
	uint64_t files; /* regular files the user can use in any way */
	uint64_t uses[HUFU_USE_COUNT];
	uint64_t refused[HUFU_USE_COUNT];
	uint64_t measured; /* files with at least one use that would be measured */
	uint64_t broken; /* programs whose interpreter is not there */
	uint64_t closed; /* files and directories the user cannot use or enter */
	uint64_t failed; /* could not be looked at */
	uint64_t bytes; /* of the files */
};

enum hufu_simulate_flags {
	HUFU_SIMULATE_ONE_FS = 1 << 0, /* do not cross mount points */
	/* As hufud has to do where it sees no mappings: an ELF file is judged for its mapping when it is opened. */
	HUFU_SIMULATE_MAP_AT_OPEN = 1 << 1,
};

struct hufu_simulate_job {
	struct hufu_engine *engine; /* whose policy and keyrings judge. It keeps no list, else -EINVAL */
	uint32_t uid, gid; /* uid 0 is root with all capabilities */
	const uint32_t *groups; /* further ones, which count for permissions; no rule asks for them */
	size_t n_groups;
	unsigned flags; /* enum hufu_simulate_flags */
	/* One call for each use of each file, in sorted order. */
	void (*on_use)(void *ctx, const struct hufu_simulate_report *report);
	/* Called after each file. Returning true ends the run cleanly (-ECANCELED). */
	bool (*on_progress)(void *ctx, const struct hufu_simulate_count *count);
	void *ctx;
};

/*
 * Walks the directory `root` as if it were the root directory of the user: interpreters are looked up below it, and links in their
 * paths do not lead out. Nothing is executed, changed or logged. Permissions count, with ACLs, set-user-id and noexec. What is no
 * file system of this machine (proc, NFS) is left out, unless it is `root`. Files that cannot be looked at are reported and counted,
 * and the walk goes on. `count` is added to. Memory is bounded whatever the tree.
 */
HUFU_API HUFU_MUST_USE int hufu_simulate_run(const struct hufu_simulate_job *job, const char *root,
					     struct hufu_simulate_count *count, struct hufu_err *err);

#ifdef __cplusplus
}
#endif
#endif
