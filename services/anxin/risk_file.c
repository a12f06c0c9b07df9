/* SPDX-License-Identifier: Apache-2.0 */
#include "services/anxin/risk_file.h"

#include "base/file.h"
#include "services/lib/model/predict.h"

#include <stdio.h>
#include <sys/stat.h>

static bool is_folder(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

ax_rc ax_risk_file_path(const char *pack, char out[AX_RISK_FILE_PATH_MAX], bool *folder, struct ax_err *err)
{
    *folder = is_folder(pack) || (!ax_file_exists(pack) && !ax_str_ends(ax_str_c(pack), AX_STR(".yaml")));
    int len = snprintf(out, AX_RISK_FILE_PATH_MAX, "%s%s", pack, *folder ? "/risk.yaml" : "");
    return len > 0 && len < AX_RISK_FILE_PATH_MAX ? AX_RC(OK) : ax_fail(err, AX_LIMIT, "path too long: %s", pack);
}

void ax_risk_file_warn(const struct ax_cli *cli, const struct ax_risk_edition *edition, int32_t first)
{
    char day[AX_DAY_TEXT_SIZE];
    char until[AX_DAY_TEXT_SIZE];
    if (ax_model_in_sample(edition, first)) {
        ax_cli_say(cli,
                "warning: the parameters were fitted on facts up to %s, and %s lies before that: this is in sample, "
                "and "
                "does not show how well they predict",
                "警告：参数所用事实截至 %s（不含），而评分日 %s 早于该日：属样本内，不能证明预测能力",
                ax_day_format(edition->fit_until, until), ax_day_format(first, day));
    }
}

ax_rc ax_risk_file_load(
        const char *pack, struct ax_pack_text **texts, struct ax_risk_edition *edition, struct ax_err *err)
{
    char path[AX_RISK_FILE_PATH_MAX];
    bool folder;
    struct ax_buf text;
    AX_TRY(ax_risk_file_path(pack, path, &folder, err));
    ax_buf_init(&text, AX_PACK_FILE_MAX_BYTES);
    ax_rc rc = ax_file_read(path, &text, err);
    rc = ax_ok(rc) ? ax_risk_parse(path, ax_buf_str(&text), texts, edition, err) : rc;
    ax_buf_deinit(&text);
    return rc;
}
