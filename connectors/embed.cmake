# SPDX-License-Identifier: Apache-2.0
# Writes OUT: the files of MAPPINGS as C arrays (connectors/systems.h).
set(arrays "")
set(table "")
set(count 0)
foreach(file ${MAPPINGS})
    get_filename_component(folder ${file} DIRECTORY)
    get_filename_component(name ${folder} NAME)
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
    string(APPEND arrays "static const unsigned char text_${count}[] = {${bytes}};\n")
    string(APPEND table "    {\"${name}\", text_${count}, sizeof text_${count}},\n")
    math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${OUT} "/* SPDX-License-Identifier: Apache-2.0 */
#include \"connectors/systems.h\"

${arrays}
const struct ax_system_text ax_system_texts[] = {
${table}};
const size_t ax_system_text_count = ${count};
")
