"""Leading a cluster from its CSR to its initialization, and following that."""

from functools import partial
from pathlib import Path

from hsmtui.aws.connection import Connection
from hsmtui.aws.threads import offload
from hsmtui.changes.initialize_cluster import InitializeCluster
from hsmtui.config.certificate_file import CertificateFileError, read_certificate
from hsmtui.config.trust import read_roots
from hsmtui.config.typed_path import completed_path, current_folder, typed_path
from hsmtui.fleet.listing import Row
from hsmtui.model.certificates.chain import Chain, check_chain
from hsmtui.model.certificates.claim import ANCHOR, SIGNED, judge_claim
from hsmtui.model.certificates.issuance import LinkVerdict
from hsmtui.model.certificates.openssl import (
    CUSTOMER_CA,
    SIGNING_PAGE,
    signed_name,
    signing_page,
)
from hsmtui.model.certificates.roots import Roots
from hsmtui.model.cluster import Cluster
from hsmtui.model.gates.initialize_cluster import Claim, InitializeClusterGate
from hsmtui.model.initialization import Stage, stage_of
from hsmtui.ui.commands.keymap import key_of
from hsmtui.ui.dialogs.claim_files import ClaimFiles, ClaimFilesDialog
from hsmtui.ui.dialogs.initialize_cluster import InitializeClusterDialog
from hsmtui.ui.dialogs.initialize_steps import InitializeStepsDialog, Way
from hsmtui.ui.flows.changes import ChangeFlow, Changes
from hsmtui.ui.flows.save_certificates import latest_folder, save_certificates
from hsmtui.ui.host import start
from hsmtui.ui.theme import cluster_line


class InitializeClusterFlow(ChangeFlow):
    """The initializations of clusters that are begun from a screen."""

    def __init__(self, changes: Changes) -> None:
        super().__init__(changes)
        self._folders: dict[str, Path] = {}
        self._followed: set[tuple[Connection, str]] = set()

    async def open(self, row: Row) -> None:
        """Find out how far the cluster is, and show the step that comes next."""
        connection, cluster_id = row.connection, row.cluster.cluster_id
        pending = self._changes.pending.find(InitializeCluster, connection, cluster_id)
        if pending is not None:
            self._show_dialog(pending, row.cluster)
            return
        way = await self._way_of(connection, cluster_id)
        if way is None or not self._host.shows(connection):
            self._app.drop_keys()
        elif way.stage is Stage.IN_PROGRESS:
            self._app.drop_keys()
            self._follow(connection, cluster_id)
            self._changes.tell(
                f"{cluster_id} is being initialized: you are told when that is done."
            )
        elif await self._app.push_screen_wait(self._steps(way)):
            await self._ask_for_files(connection, way.cluster)

    async def _way_of(self, connection: Connection, cluster_id: str) -> Way | None:
        """The cluster as it is now; None where it cannot be initialized, which is said."""
        gate, cannot = InitializeClusterGate(cluster_id), "It cannot be initialized"
        cluster = await self._changes.read_now(connection, gate, cannot)
        if cluster is None:
            return None
        chain = await offload(self._chain_of, cluster)
        stage = stage_of(cluster, is_trusted=chain.verdict is LinkVerdict.VERIFIED)
        if stage is None:
            words = f"The cluster is {cluster.state}: only one that is UNINITIALIZED can be"
            self._changes.tell(f"{words} initialized.", severity="warning")
            return None
        return Way(cluster, connection.region, stage, chain, await self._folder_of(cluster_id))

    def _chain_of(self, cluster: Cluster) -> Chain:
        return check_chain(cluster.certificates, self._roots(), self._app.clock())

    def _roots(self) -> Roots:
        settings = self._app.settings
        return read_roots(settings.trust, settings.paths.config_file.parent)

    async def _folder_of(self, cluster_id: str) -> Path | None:
        """Where the files of a cluster were saved last, in this run or in one before."""
        found = self._folders.get(cluster_id)
        return found or await offload(latest_folder, cluster_id, current_folder())

    # The steps before

    def _steps(self, way: Way) -> InitializeStepsDialog:
        def begin_to_save(dialog: InitializeStepsDialog) -> None:
            start(self._host, partial(self._save, way, dialog), group="save")

        return InitializeStepsDialog(way, begin_to_save, self._app.copy)

    async def _save(self, way: Way, dialog: InitializeStepsDialog) -> None:
        """Save the files; how the CSR is signed only where it may be."""
        cluster_id = way.cluster.cluster_id
        is_to_sign = way.stage is Stage.CLAIMABLE
        besides = {SIGNING_PAGE: signing_page(cluster_id)} if is_to_sign else {}
        folder = await save_certificates(self._app, way.cluster, besides)
        if folder is not None:
            self._folders[cluster_id] = folder
            dialog.show(way._replace(folder=folder))

    async def _ask_for_files(self, connection: Connection, cluster: Cluster) -> None:
        """Have both files named, and show the dialog of what they hold."""
        self._app.hold_keys()
        cluster_id, base = cluster.cluster_id, current_folder()
        names = Claim(signed_name(cluster_id), CUSTOMER_CA)
        folder = await self._folder_of(cluster_id)
        claim: Claim | None = await self._app.push_screen_wait(
            ClaimFilesDialog(
                cluster_line(cluster_id, cluster, None),
                await offload(_there, folder, names),
                names,
                partial(self._read_files, cluster, base),
                partial(completed_path, folder=base),
            )
        )
        if claim is not None:
            self._app.hold_keys()
            self._show_dialog(self._begin(connection, cluster_id, claim), cluster)

    def _read_files(self, cluster: Cluster, base: Path, signed: str, anchor: str) -> ClaimFiles:
        """Read each of them once, and compare what they hold with the CSR."""
        pems, problems = [], {}
        for name, text in ((SIGNED, signed), (ANCHOR, anchor)):
            path = typed_path(text, base)
            try:
                pems.append(read_certificate(path))
            except CertificateFileError as error:
                problems[name] = f"{path}: {error}."
        if problems:
            return ClaimFiles(problems=problems)
        csr = cluster.certificates.cluster_csr if cluster.certificates else None
        claim = Claim(*pems)
        problem = judge_claim(csr or "", *claim, self._app.clock()).problem
        return ClaimFiles(problems={"": f"{problem}."}) if problem else ClaimFiles(claim)

    # The change

    def _begin(self, connection: Connection, cluster_id: str, claim: Claim) -> InitializeCluster:
        context = self._of_cluster(connection, partial(self._follow, connection, cluster_id))
        return InitializeCluster(context, cluster_id, claim, self._roots)

    def _show_dialog(self, change: InitializeCluster, cluster: Cluster) -> None:
        self._app.push_screen(InitializeClusterDialog(change, self._changes.confirm, cluster))

    def _follow(self, connection: Connection, cluster_id: str) -> None:
        """One watch for each cluster."""
        if (connection, cluster_id) not in self._followed:
            self._followed.add((connection, cluster_id))
            start(self._host, partial(self._watch, connection, cluster_id), group="follow")

    async def _watch(self, connection: Connection, cluster_id: str) -> None:
        """Read the cluster until it is INITIALIZED, or shows that it does not come to be so."""
        was_seen = False

        def take(listed: tuple[Cluster, ...]) -> bool:
            nonlocal was_seen
            for cluster in listed:
                self._host.renew(connection, cluster)
            state = listed[0].state if listed else None
            was_seen = was_seen or state == "INITIALIZE_IN_PROGRESS"
            if state == "INITIALIZE_IN_PROGRESS" or (state == "UNINITIALIZED" and not was_seen):
                return False
            self._tell_end(cluster_id, listed)
            return True

        await self._changes.follow(connection, cluster_id, take)
        self._followed.discard((connection, cluster_id))

    def _tell_end(self, cluster_id: str, listed: tuple[Cluster, ...]) -> None:
        if not listed:
            self._changes.tell_unlisted(cluster_id)
        elif listed[0].state == "INITIALIZED":
            key = key_of("cluster.initialize", self._app.remapped)
            words = f"{key} on its row shows how to activate it."
            self._changes.tell(f"{cluster_id} is INITIALIZED. {words}")
        elif listed[0].state == "ACTIVE":
            self._changes.tell(f"{cluster_id} is ACTIVE.")
        else:
            why = listed[0].state_message or "It was not initialized."
            words = f"{cluster_id} is {listed[0].state or 'without a state'}: {why}"
            self._changes.tell(words, severity="error")


def _there(folder: Path | None, names: Claim) -> Claim:
    """The paths of the files in a folder, "" where one is not there. Called in a thread."""
    paths = [folder / name if folder is not None else None for name in names]
    return Claim(*(str(path) if path is not None and path.is_file() else "" for path in paths))
