/* SPDX-License-Identifier: Apache-2.0 */
#include "deed.h"

static const struct deed_row rows[DEED_COUNT] = {
	[DEED_READ] = {{{HUFU_FUNC_FILE_CHECK, HUFU_MAY_READ}}, 1},
	/* do_open_execat() asks for MAY_EXEC and nothing else: fs/exec.c */
	[DEED_OPEN_TO_EXEC] = {{{HUFU_FUNC_FILE_CHECK, HUFU_MAY_EXEC}}, 1},
	[DEED_EXEC] = {{{HUFU_FUNC_BPRM_CHECK, HUFU_MAY_EXEC}, {HUFU_FUNC_CREDS_CHECK, HUFU_MAY_EXEC}}, 2},
	/* what was requested before what is applied */
	[DEED_MAP] = {{{HUFU_FUNC_MMAP_CHECK_REQPROT, HUFU_MAY_EXEC}, {HUFU_FUNC_MMAP_CHECK, HUFU_MAY_EXEC}}, 2},
	[DEED_MODULE] = {{{HUFU_FUNC_MODULE_CHECK, HUFU_MAY_READ}}, 1},
	[DEED_FIRMWARE] = {{{HUFU_FUNC_FIRMWARE_CHECK, HUFU_MAY_READ}}, 1},
	[DEED_KEXEC_KERNEL] = {{{HUFU_FUNC_KEXEC_KERNEL_CHECK, HUFU_MAY_READ}}, 1},
	[DEED_KEXEC_INITRAMFS] = {{{HUFU_FUNC_KEXEC_INITRAMFS_CHECK, HUFU_MAY_READ}}, 1},
};

const struct deed_row *deed_row(enum deed deed)
{
	return &rows[deed];
}
