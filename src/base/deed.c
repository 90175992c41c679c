/* SPDX-License-Identifier: Apache-2.0 */
#include "deed.h"

static const struct deed_row rows[DEED_COUNT] = {
	[DEED_READ] = {{{HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ}}, 1},
	/* do_open_execat() asks for MAY_EXEC and nothing else: fs/exec.c */
	[DEED_OPEN_TO_EXEC] = {{{HUFU_FUNC_FILE_CHECK, HUFU_MAY_EXEC}}, 1},
	[DEED_EXEC] = {{{HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC}, {HUFU_FUNC_CREDS_CHECK, HUFU_MAY_EXEC}}, 2},
	/* what was requested before what is applied */
	[DEED_MAP] = {{{HUFU_FUNC_MMAP_CHECK_REQPROT, HUFU_MAY_EXEC}, {HUFU_FUNC_MMAP_CHECK, HUFU_MAY_EXEC}}, 2},
};

const struct deed_row *deed_row(enum deed deed)
{
	return &rows[deed];
}
