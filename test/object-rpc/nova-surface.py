"""Prints what an installed Nova lets computes ask, as JSON; nova-surface.json holds it for the releases that are tested.

Run by the Python of an environment of `npm run test:nova-compute`, for each release:

    ~/.cache/serverless-conductor/nova-compute/34.0.0-*/bin/python test/object-rpc/nova-surface.py

`remotable`  methods of objects that travel to a conductor, with their kinds
`versions`   of the types that have such methods
`named`      those of them that the code of computes names, or whose type it constructs
`base`       methods of the conductor's base namespace
`tasks`      methods of `compute_task`
`peers`      methods of the compute RPC that computes call on other computes
"""

import ast
import importlib.util
import json
import pathlib
import re

NOVA = pathlib.Path(next(iter(importlib.util.find_spec("nova").submodule_search_locations)))

#: Where the code of computes stands. nova/compute/api.py is the API's; the few of its methods that periodic tasks call are in the test.
COMPUTES = ("compute", "virt", "network", "volume", "pci", "image", "accelerator", "share", "api/metadata/base.py")
NOT_COMPUTES = ("compute/api.py", "compute/rpcapi.py")


def parsed(file):
    return ast.parse(file.read_text())


def decorators(function):
    return [ast.unparse(each) for each in function.decorator_list]


def classes(tree):
    return (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


def public_methods(tree, name):
    (owner,) = (node for node in classes(tree) if node.name == name)
    found = (node for node in owner.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"))
    return sorted(node.name for node in found if not any("property" in each for each in decorators(node)))


def remotable():
    methods, versions = {}, {}
    for file in sorted((NOVA / "objects").glob("*.py")):
        for owner in classes(parsed(file)):
            for node in owner.body:
                if not isinstance(node, ast.FunctionDef):
                    continue
                named = decorators(node)
                if not any("remotable" in each for each in named):
                    continue
                kind = "class" if any("class" in each for each in named) else "instance"
                methods[f"{owner.name}.{node.name}"] = kind
                versions[owner.name] = version_of(owner)
    return methods, versions


def version_of(owner):
    for node in owner.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "VERSION":
            return ast.literal_eval(node.value)
    return "1.0"


def sources():
    for part in COMPUTES:
        at = NOVA / part
        for file in [at] if at.suffix else sorted(at.rglob("*.py")):
            if str(file.relative_to(NOVA)) not in NOT_COMPUTES:
                yield file.read_text()


def named_by_computes(methods):
    code = "\n".join(sources())
    called = set(re.findall(r"\b([A-Z]\w+\.\w+)\(", code))
    constructed = set(re.findall(r"\bobjects\.([A-Z]\w+)\(", code))
    return sorted(
        method
        for method, kind in methods.items()
        if method in called or (kind == "instance" and method.split(".")[0] in constructed)
    )


def peers():
    code = (NOVA / "compute" / "manager.py").read_text()
    return sorted(set(re.findall(r"self\.compute_rpcapi\.(\w+)\(", code)))


methods, versions = remotable()
manager = parsed(NOVA / "conductor" / "manager.py")
surface = {
    "remotable": methods,
    "versions": versions,
    "named": named_by_computes(methods),
    "base": public_methods(manager, "ConductorManager"),
    "tasks": public_methods(manager, "ComputeTaskManager"),
    "peers": peers(),
}
print(json.dumps(surface, indent=2, sort_keys=True))
