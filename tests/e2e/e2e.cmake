# SPDX-License-Identifier: Apache-2.0
# Whole deployments, driven as a person would. Python's standard library; python_client needs the venv of tests/run.
foreach(name spine gate quote explain bad_input msha restart words midnight local_cluster packs activation systems)
    ax_script_test(e2e_${name} COMMAND python3 ${CMAKE_CURRENT_LIST_DIR}/${name}.py LABELS e2e TIMEOUT 600)
endforeach()
ax_script_test(e2e_python_client COMMAND ${CMAKE_CURRENT_LIST_DIR}/with_venv ${CMAKE_CURRENT_LIST_DIR}/python_client.py
    LABELS e2e TIMEOUT 600)
