"""The commands do what their help says, and end as they promise."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

from annotator import paths
from annotator.cli import run
from annotator.commands.console import metrics_table, table
from annotator.domain.errors import RefusedError
from annotator.domain.model import Box, ModelVersion, Prediction
from annotator.domain.suspects import Fault, Suspect
from annotator.learning import checking, jobs, protocol
from annotator.learning.record import Record
from annotator.services import backup, doctor
from annotator.services.sample import make_sample
from annotator.store.lock import EditorLock
from annotator.store.store import Store

COMMANDS = (
    *("demo", "create", "import", "export", "train", "resume", "predict", "rank"),
    *("check", "evaluate", "info", "restore", "doctor"),
)


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str


Annotate = Callable[..., Outcome]


@pytest.fixture
def annotate(capsys: pytest.CaptureFixture[str]) -> Annotate:
    def call(*arguments: object) -> Outcome:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return Outcome(code, told.out, told.err)

    return call


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    return make_sample(tmp_path / "demo", images=3)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name in ("1.png", "2.png"):
        Image.new("RGB", (30, 20)).save(folder / name)
    return folder


def _is_one_line(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text


# --- usage -----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_every_command_has_help(command: Sequence[str], annotate: Annotate) -> None:
    outcome = annotate(*command, "--help")
    assert outcome.code == 0
    assert "Usage: annotator" in outcome.out


def test_the_help_lists_every_command(annotate: Annotate) -> None:
    words = annotate("--help").out
    assert all(name in words for name in COMMANDS)
    assert "(window)" not in words


@pytest.mark.parametrize(
    "arguments",
    [
        ("train",),
        ("create", "somewhere"),
        ("info", "a", "b"),
        ("export", "a", "b", "--predictions-above", "2"),
        ("train", "a", "--steps", "0"),
        ("--nonsense",),
        ("predict", "a", "--images", "some"),
        ("import", "a", "b.json", "--progress", "dots"),
    ],
)
def test_wrong_usage_ends_with_two(arguments: Sequence[str], annotate: Annotate) -> None:
    assert annotate(*arguments).code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("info", "nowhere"),
        ("import", "nowhere", "file.json"),
        ("export", "nowhere", "file.json"),
        ("train", "nowhere"),
        ("predict", "nowhere"),
        ("rank", "nowhere"),
        ("evaluate", "nowhere", "--truth", "file.json"),
        ("create", "project", "--images", "nowhere"),
        ("nowhere",),
    ],
)
def test_what_is_not_there_is_told_in_one_line(
    arguments: Sequence[str],
    annotate: Annotate,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = annotate(*arguments)
    assert outcome.code == 1
    assert _is_one_line(outcome.err)
    assert "nowhere" in outcome.err
    assert outcome.out == ""
    assert list(tmp_path.iterdir()) == []


def test_heavy_libraries_are_left_alone_by_the_help() -> None:
    code = (
        "import sys; from annotator.cli import run; run(['--help']);"
        "heavy = 'torch', 'PySide6', 'sqlalchemy', 'numpy', 'rich';"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] == "[]"


# --- the window ------------------------------------------------------------------------------


def test_a_missing_display_is_told_with_what_works(
    annotate: Annotate, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    for arguments in ((), (demo,), ("demo",)):
        outcome = annotate(*arguments)
        assert outcome.code == 1
        assert _is_one_line(outcome.err)
        assert "no display" in outcome.err
        assert "export" in outcome.err


def test_a_project_opens_the_window(
    annotate: Annotate, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path | None] = []

    class FakeApp:
        @staticmethod
        def run(project: Path | None) -> int:
            opened.append(project)
            return 0

    monkeypatch.setitem(sys.modules, "annotator.app", FakeApp)  # type: ignore[arg-type]
    monkeypatch.setattr("annotator.app", FakeApp, raising=False)
    assert annotate().code == 0
    assert annotate(demo).code == 0
    assert annotate("demo", demo).code == 0
    assert opened == [None, demo, demo]


def test_a_project_named_like_a_command_is_written_with_its_path(
    annotate: Annotate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "train").mkdir()
    monkeypatch.chdir(tmp_path)
    seen: list[str] = []
    monkeypatch.setattr(doctor, "display_problem", lambda _: seen.append("window") or "no display")
    assert annotate("train").code == 2
    assert seen == []
    assert annotate("./train").code == 1
    assert seen == ["window"]


# --- projects --------------------------------------------------------------------------------


def test_create_takes_in_a_folder(annotate: Annotate, tmp_path: Path, pictures: Path) -> None:
    (pictures / "broken.png").write_bytes(b"")
    outcome = annotate("create", tmp_path / "p", "--images", pictures)
    assert outcome.code == 0
    assert "2 images" in outcome.out
    assert "broken.png" in outcome.err
    again = annotate("create", tmp_path / "p", "--images", pictures)
    assert again.code == 1
    assert _is_one_line(again.err)


def test_a_folder_that_may_not_be_read_makes_no_project(
    annotate: Annotate, tmp_path: Path, pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    outcome = annotate("create", tmp_path / "project", "--images", pictures)
    assert (outcome.code, _is_one_line(outcome.err)) == (1, True)
    assert not (tmp_path / "project").exists()


def test_info_counts(annotate: Annotate, demo: Path) -> None:
    counts = json.loads(annotate("info", demo, "--json").out)
    assert counts["images"] == 3
    assert counts["reviewed"] == 2
    assert counts["categories"] == 3
    assert counts["annotations"] > 0
    assert (counts["predictions"], counts["versions"]) == (0, 1)
    assert "images" in annotate("info", demo).out


def test_an_export_of_an_import_is_the_same(annotate: Annotate, demo: Path, tmp_path: Path) -> None:
    outcome = annotate("create", tmp_path / "p", "--images", demo / "images")
    outcome = annotate("import", tmp_path / "p", demo / "labels.json", "--images", demo / "images")
    assert outcome.code == 0, outcome.err
    assert "2 images" in outcome.out
    outcome = annotate("export", tmp_path / "p", tmp_path / "out.json")
    assert outcome.code == 0, outcome.err
    wanted = json.loads((demo / "labels.json").read_text())
    assert json.loads((tmp_path / "out.json").read_text()) == wanted


def test_progress_comes_as_one_json_object_a_line(
    annotate: Annotate, demo: Path, pictures: Path, tmp_path: Path
) -> None:
    for arguments in (
        ("create", tmp_path / "p", "--images", pictures),
        ("import", tmp_path / "p", demo / "labels.json", "--images", demo / "images"),
        ("export", demo, tmp_path / "out.json"),
    ):
        outcome = annotate(*arguments, "--progress", "json")
        assert outcome.code == 0, outcome.err
        messages = [protocol.decode(line) for line in outcome.out.splitlines()]
        assert isinstance(messages[-1], protocol.Finished)
        assert messages[-1].text
        assert any(isinstance(message, protocol.Progress) for message in messages)


def test_a_file_that_cannot_be_read_changes_nothing(
    annotate: Annotate, demo: Path, tmp_path: Path
) -> None:
    before = annotate("info", demo, "--json").out
    (tmp_path / "bad.json").write_text("{")
    outcome = annotate("import", demo, tmp_path / "bad.json")
    assert outcome.code == 1
    assert _is_one_line(outcome.err)
    assert annotate("info", demo, "--json").out == before


def test_what_may_not_be_read_or_written_is_told_in_one_line(
    annotate: Annotate, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "in.json"
    file.write_text("{}")
    with monkeypatch.context() as patch:  # nobody may read anything, not even the system's master
        patch.setattr(os, "access", lambda *_args, **_more: False)
        for arguments in (["info", demo], ["export", demo, tmp_path / "out.json"]):
            assert annotate(*arguments).code == 0
        told = annotate("import", demo, file)
        assert (told.code, told.err.count("\n")) == (1, 1)

    def refuse(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied", str(demo))

    monkeypatch.setattr(EditorLock, "acquire", refuse)
    assert annotate("rank", demo).err == f"{demo} cannot be written to: Permission denied.\n"
    monkeypatch.setattr(Store, "open", refuse)
    assert annotate("info", demo).err == f"{demo}: Permission denied.\n"


def test_a_project_open_elsewhere_is_not_changed(annotate: Annotate, demo: Path) -> None:
    lock = EditorLock(demo)
    lock.acquire("Ada's window")
    try:
        for arguments in (
            ("import", demo, demo / "labels.json"),
            ("train", demo),
            ("predict", demo),
            ("rank", demo),
        ):
            outcome = annotate(*arguments)
            assert outcome.code == 1
            assert _is_one_line(outcome.err)
            assert "Ada's window" in outcome.err
        assert annotate("info", demo).code == 0
        assert annotate("export", demo, demo / "out.json").code == 0
    finally:
        lock.release()


# --- the demo --------------------------------------------------------------------------------


def test_backups_are_listed_and_restored(annotate: Annotate, demo: Path) -> None:
    assert "no backup yet" in annotate("restore", demo, "--list").out
    assert annotate("restore", demo).code == 1
    backup.check_and_back_up(demo)
    with Store.open(demo) as store:
        store.take_ids("annotation")
    backup.check_and_back_up(demo)
    listed = annotate("restore", demo, "--list").out.splitlines()
    assert listed[0].split() == ["Number", "Made", "Images", "Objects"]
    assert [line.split()[0] for line in listed[1:]] == ["2", "1"]
    done = annotate("restore", demo, "--backup", 1)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Restored backup 1 of ")
    assert "restore --backup 3 takes this back" in done.out
    told = json.loads(annotate("restore", demo, "--list", "--json").out)
    assert [one["number"] for one in told if one["is_aside"]] == [3]
    (demo / "project.sqlite").write_bytes(b"no database any more" * 100)
    assert json.loads(annotate("restore", demo, "--json").out) == {"restored": 2, "aside": 4}
    assert annotate("info", demo).code == 0


def test_the_demo_is_made_once(
    annotate: Annotate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "user_data", lambda: tmp_path)
    outcome = annotate("demo", "--no-window")
    assert outcome.code == 0
    assert str(tmp_path / "demo") in outcome.out
    counts = json.loads(annotate("info", tmp_path / "demo", "--json").out)
    assert (counts["images"], counts["reviewed"]) == (24, 16)
    assert "already" in annotate("demo", "--no-window").out


# --- the model -------------------------------------------------------------------------------


def _version(store: Store, **changes: object) -> ModelVersion:
    numbers = {"box": {"AP": 0.5, "AP50": 0.9}, "mask": {"AP": 0.4, "AP50": 0.8}, "keypoints": {}}
    version = ModelVersion(
        id=0,
        name="v1",
        preset="squeezenet1_0",
        checkpoint="v1",
        metrics=json.dumps(numbers),
        train_images=12,
        held_out_images=3,
        is_active=True,
    )
    return store.versions.get(store.versions.add(version))


def test_train_passes_its_options_on_and_prints_held_out_ap(
    annotate: Annotate, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tmp_path / "w.safetensors"
    weights.write_bytes(b"")
    asked: list[protocol.Train] = []

    def train(store: Store, request: protocol.Train, emit: object, _stop: object) -> ModelVersion:
        asked.append(request)
        emit(protocol.TrainStep(1, 5, {"box": 0.5}, 3.0))  # type: ignore[operator]
        return _version(store)

    monkeypatch.setattr(jobs, "train", train)
    options = ("--preset", "squeezenet1_0", "--steps", 5, "--device", "cpu", "--seed", 3)
    outcome = annotate("train", demo, *options, "--weights", weights)
    assert outcome.code == 0, outcome.err
    assert "0.500" in outcome.out
    assert "rough" in outcome.out
    request = asked[0]
    assert (request.preset, request.steps, request.device) == ("squeezenet1_0", 5, "cpu")
    assert (request.seed, request.weights) == (3, str(weights))
    outcome = annotate("train", demo, "--weights", "none", "--progress", "json")
    assert asked[1].weights is None
    messages = [protocol.decode(line) for line in outcome.out.splitlines()]
    assert isinstance(messages[0], protocol.TrainStep)
    assert isinstance(messages[-1], protocol.Finished)
    assert messages[-1].version_id is not None
    annotate("train", demo, "--learning-rate", 0.001)
    assert (asked[2].weights, asked[2].learning_rate) == ("best", 0.001)


def test_that_objects_lie_in_any_direction_is_said_once(
    annotate: Annotate, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[protocol.Train] = []

    def train(store: Store, request: protocol.Train, _emit: object, _stop: object) -> ModelVersion:
        asked.append(request)
        return _version(store)

    monkeypatch.setattr(jobs, "train", train)
    for options in ((), ("--any-direction",), (), ("--no-any-direction",), ()):
        outcome = annotate("train", demo, "--weights", "starter", *options)
        assert outcome.code == 0, outcome.err
    assert [request.turns for request in asked] == [False, True, True, False, False]
    assert asked[0].weights == "starter"


def test_an_interrupted_training_is_gone_on_with_kept_or_thrown_away(
    annotate: Annotate, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[protocol.Resume | protocol.Keep] = []

    def train(
        store: Store, request: protocol.Resume | protocol.Keep, _emit: object, _ending: object
    ) -> ModelVersion:
        asked.append(request)
        return _version(store)

    monkeypatch.setattr(jobs, "train", train)
    assert annotate("resume", demo, "--learning-rate", 0.001, "--steps", 90).code == 0
    assert annotate("resume", demo, "--keep", "--device", "cpu").code == 0
    resumed, kept = asked
    assert isinstance(resumed, protocol.Resume)
    assert (resumed.step, resumed.steps, resumed.learning_rate) == (None, 90, 0.001)
    assert kept == protocol.Keep(device="cpu", person=kept.person)
    assert annotate("resume", demo, "--keep", "--discard").code == 2
    assert "no training" in annotate("resume", demo, "--discard").out
    record = Record.begin(demo / "checkpoints", {}, steps=9, learning_rate=0.005)
    assert "thrown away" in annotate("resume", demo, "--discard").out
    assert not record.folder.exists()


def test_train_says_when_it_was_stopped_or_refused(
    annotate: Annotate, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "train", lambda *_: None)
    outcome = annotate("train", demo)
    assert outcome.code == 0
    assert "nothing changed" in outcome.out
    assert annotate("train", demo, "--weights", demo / "none.pth").code == 1

    def refuse(*_: object) -> None:
        raise RefusedError("There is\nnothing to learn from.")

    monkeypatch.setattr(jobs, "train", refuse)
    outcome = annotate("train", demo)
    assert outcome.code == 1
    assert outcome.err.strip() == "There is nothing to learn from."


def test_predict_chooses_images(
    annotate: Annotate, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(demo) as store:
        version = _version(store)
        ids = tuple(image.id for image in store.images.all())
    asked: list[protocol.Predict] = []

    def predict(_: Store, request: protocol.Predict, _emit: object, _stop: object) -> list[int]:
        asked.append(request)
        return list(request.image_ids or ids)

    monkeypatch.setattr(jobs, "predict", predict)
    first, second, third = ids
    assert annotate("predict", demo).code == 0
    assert annotate("predict", demo, "--images", "unreviewed", "--model", "v1").code == 0
    assert annotate("predict", demo, "--images", first, second).code == 0
    assert annotate("predict", demo, "--images", f"{second},{third}").code == 0
    assert [(a.image_ids, a.only_unreviewed, a.version_id) for a in asked] == [
        (None, False, None),
        (None, True, version.id),
        ((first, second), False, None),
        ((second, third), False, None),
    ]
    assert not any(a.tiles for a in asked)
    assert annotate("predict", demo, "--tiles").code == 0
    assert asked[-1].tiles
    assert annotate("predict", demo, "--images", "all", first).code == 2
    for wrong in (("--images", 10**9), ("--model", "v9")):
        outcome = annotate("predict", demo, *wrong)
        assert outcome.code == 1
        assert _is_one_line(outcome.err)


def test_rank_lists_predicted_images(annotate: Annotate, demo: Path) -> None:
    assert json.loads(annotate("rank", demo, "--json").out) == []
    assert "annotator predict" in annotate("rank", demo).out
    with Store.open(demo) as store:
        version = _version(store)
        image, category = store.images.all()[0], store.categories.all()[0]
        box = Box(10, 10, 50, 80)
        found = Prediction(0, image.id, category.id, version.id, score=0.5, box=box)
        store.predictions.write(version.id, image.id, [found])
    ranked = json.loads(annotate("rank", demo, "--json").out)
    assert [entry["image_id"] for entry in ranked] == [image.id]
    assert set(ranked[0]) == {"image_id", "file_name", "score", "reasons"}
    assert image.file_name in annotate("rank", demo).out


def test_evaluate_scores_stored_predictions(annotate: Annotate, demo: Path) -> None:
    with Store.open(demo) as store:
        version = _version(store)
        for image in store.images.all():
            objects = store.annotations.of_image(image.id)
            found = [
                Prediction(0, image.id, o.category_id, version.id, score=0.9, box=o.box)
                for o in objects
                if o.box
            ]
            store.predictions.write(version.id, image.id, found)
    outcome = annotate("evaluate", demo, "--truth", demo / "labels.json", "--json")
    assert outcome.code == 0, outcome.err
    metrics = json.loads(outcome.out)
    assert metrics["box"]["AP"] == pytest.approx(1)
    assert set(metrics) <= {"box", "mask", "keypoints"}
    outcome = annotate("evaluate", demo, "--truth", demo / "labels.json")
    assert "Average Precision (AP) @[ IoU=0.50:0.95 | area=   all" in outcome.out
    assert "= 1.000" in outcome.out


# --- the doctor ------------------------------------------------------------------------------


def test_the_doctor_tells_what_is_there(annotate: Annotate) -> None:
    outcome = annotate("doctor")
    assert outcome.code == 0
    for word in ("Python", "torch", "Device", "Display", "Weights"):
        assert word in outcome.out


def test_the_doctor_survives_everything_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> str:
        raise OSError("libcuda is\nbroken")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(doctor, "_PACKAGES", ("no-such-package",))
    findings = doctor.examine(broken, {"TORCH_HOME": str(tmp_path / "none")})
    found = {finding.name: finding for finding in findings}
    for name in ("no-such-package", "Device", "Display", "Weights"):
        assert not found[name].is_fine
        assert found[name].advice


def test_a_display_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    assert "does not answer" in doctor.display_problem({"DISPLAY": ":987"})
    assert doctor.display_problem({"QT_QPA_PLATFORM": "offscreen"}) == ""


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> None:
        raise OSError("libEGL.so.1: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr("ctypes.CDLL", refuse)
    words = doctor.display_problem({"QT_QPA_PLATFORM": "offscreen"})
    assert "libEGL.so.1" in words
    assert "apt-get install" in words


def test_kept_weights_are_found(tmp_path: Path) -> None:
    folder = doctor.weights_cache({"TORCH_HOME": str(tmp_path)})
    folder.mkdir(parents=True)
    (folder / "trunk.pth").write_bytes(b"")
    found = {
        f.name: f for f in doctor.examine(lambda: "CPU, 2 threads", {"TORCH_HOME": str(tmp_path)})
    }
    assert found["Weights"].is_fine
    assert "trunk.pth" in found["Weights"].text


# --- words -----------------------------------------------------------------------------------


def test_a_table_lines_up_its_numbers() -> None:
    assert table(("name", "n"), [["a", "1"], ["long", "12"]]) == "name  n\na      1\nlong  12"


def test_metrics_without_numbers_say_so() -> None:
    assert metrics_table({}) == "There was nothing to measure."
    assert "-" in metrics_table({"box": {"AP": 0.5, "AP50": -1}})


def test_check_lists_what_may_be_wrong(
    annotate: Annotate, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(demo) as store:
        image = store.images.all()[0]
        label = store.annotations.of_image(image.id)[0]
    found = Suspect(0, image.id, Fault.EXTRA, 0.5, "Nothing is seen here", label)
    asked: list[protocol.Check] = []

    def check(store: Store, request: protocol.Check, _emit: object, _stop: object) -> None:
        asked.append(request)
        store.suspects.replace([image.id], [found])

    monkeypatch.setattr(checking, "check", check)
    told = annotate("check", demo, "--folds", 0, "--weights", "none", "--json")
    assert asked == [protocol.Check(folds=0, weights=None)]
    row = json.loads(told.out)[0]
    assert (row["file_name"], row["fault"]) == (image.file_name, "extra")
    assert row["annotation_id"] == label.id
    assert "Nothing is seen here" in annotate("check", demo).out
    assert annotate("check", demo, "--folds", 1).code == 2
