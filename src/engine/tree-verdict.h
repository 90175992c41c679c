/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TREE_VERDICT_H
#define TREE_VERDICT_H

#include "hufu.h"

/* What a signature is worth before the file is read, and after. Only HUFU_FILE_RIGHT is a yes. */
struct tree_verdict {
	enum hufu_file_state state; /* RIGHT, REFUSED, FAILED */
	int error; /* with FAILED */
	struct hufu_err reason;
};

/* RIGHT: worth reading the file. */
void tree_verdict_before(const struct hufu_tree_job *job, const struct hufu_sig *sig, struct tree_verdict *ret_verdict);
void tree_verdict_after(const struct hufu_tree_job *job, const struct hufu_sig *sig, const struct hufu_digest *digest,
			struct tree_verdict *ret_verdict);

#endif
