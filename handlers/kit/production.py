"""The record of what is in production: the version of each service (the CMDB of the process)."""

from __future__ import annotations

from storage.records import Records
from storage.release import Release

Versions = dict[str, str]


def deploy_versions(found: Release, records: Records) -> tuple[Versions, Versions]:
    """A successful deployment brings its versions. Answers the versions before and after, for the trail."""
    before, after = {}, {}
    for each in found.services:
        service = records.services.by_name(each.name)
        if service is not None and each.version:
            before[service.name], after[service.name] = service.version, each.version
            service.version = each.version
            records.services.save(service)
    return before, after


def restore_versions(found: Release, records: Records) -> tuple[Versions, Versions]:
    """A rollback brings back what the trail knows to have been there; what another release brought since stays."""
    brought, previous = _brought(found, records)
    before, after = {}, {}
    for name, version in previous.items():
        service = records.services.by_name(name)
        if service is not None and service.version == brought[name]:
            before[name], after[name] = service.version, version
            service.version = version
            records.services.save(service)
    return before, after


def _brought(found: Release, records: Records) -> tuple[Versions, Versions]:
    """What the release's own deployment brought, and what was there before; nothing if it never got that far."""
    for entry in reversed(records.journal.of(found.key)):
        if "versions" in entry.after:
            return entry.after["versions"], entry.before["versions"]
    return {}, {}
