"""Runs one operation of a stack with Python's Automation API: `driver.py program.py [program.py …]`.

The request is in the environment. It selects one of the programs in the arguments by its file name.
"""

import json
import os
import pathlib
import runpy
import sys

from pulumi import automation

request = json.loads(os.environ["INTERLINK_REQUEST"])
programs = {pathlib.Path(path).stem: path for path in sys.argv[1:]}
events = []


def program() -> None:
    runpy.run_path(programs[request.get("program", "__main__")], run_name="__main__")


def note(event: automation.EngineEvent) -> None:
    about = event.resource_pre_event or event.res_outputs_event
    if about is not None:
        metadata = about.metadata
        events.append({"op": metadata.op.value, "urn": metadata.urn, "type": metadata.type})


stack = automation.select_stack(
    request["stack"],
    project_name=request["project"],
    program=program,
    opts=automation.LocalWorkspaceOptions(work_dir=request["workDir"]),
)
names = {"refresh": "refresh", "expectNoChanges": "expect_no_changes"}
settings = {names[name]: value for name, value in request.items() if name in names}
result = {"events": events}
try:
    getattr(stack, request["operation"])(on_output=print, on_event=note, color="never", **settings)
except automation.CommandError as error:
    result["error"] = str(error)
pathlib.Path(request["result"]).write_text(json.dumps(result), encoding="utf-8")
