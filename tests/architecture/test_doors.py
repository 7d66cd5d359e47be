"""A room is entered by its face, its ports, or (from use cases) its service; never by a private module."""

from tests.architecture._tree import import_graph, room_of

OPEN_MODULES = {"ports", "service"}
OWN_MODULES = {"schoon.kinds.merkle"}  # hash trees: too large for the face of kinds, and pure
COMPOSITION = {"main", "rooms"}  # put the parts together: they may name adapters' modules in store and net
ADAPTERS = {"store", "net"}


def through_a_door(importer: str, imported: str) -> bool:
    parts = imported.split(".")
    if len(parts) <= 2 or imported in OWN_MODULES:
        return True
    if len(parts) == 3 and parts[2] in OPEN_MODULES:
        return True
    return room_of(importer) in COMPOSITION and room_of(imported) in ADAPTERS and not parts[2].startswith("_")


def test_rooms_are_entered_by_the_face_the_ports_or_the_service():
    graph = import_graph()
    looked_at, trespasses = 0, []
    for importer in sorted(graph.modules):
        for imported in sorted(graph.find_modules_directly_imported_by(importer)):
            if not room_of(importer) or room_of(importer) == room_of(imported):
                continue
            looked_at += 1
            if not through_a_door(importer, imported):
                trespasses.append(f"{importer} -> {imported}")
    print(f"looked at {looked_at} imports between rooms, in {len(graph.modules)} modules")
    assert looked_at > 20
    assert not trespasses, "\n".join(trespasses)


def test_a_private_module_is_no_door():
    assert not through_a_door("schoon.api.app", "schoon.index._kernels")
    assert not through_a_door("schoon.api.app", "schoon.lists.types")
    assert through_a_door("schoon.hits.service", "schoon.lists.service")
    assert through_a_door("schoon.check.service", "schoon.index")
