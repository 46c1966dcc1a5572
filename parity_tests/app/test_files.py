"""What can be taken away: by its address alone, from any of several processes; figures with the command's options."""

from __future__ import annotations

import http.client
from io import BytesIO
from urllib.parse import urlsplit

import pytest

from translations.app import plots, scripts
from translations.app.controls import CONTROLS, DEFAULTS, read
from translations.app.files import FILES, query
from translations.app.study import explore

from .served import Served, Visitor


def asked(url, path):
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=310)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read()


def settings(**changed):
    return read({**{control.name: control.default for control in CONTROLS}, **changed})


def test_a_file_is_that_of_its_address(served):
    wanted = settings(days=5, seed=7, missing=0.25)
    status, headers, body = asked(served.url, f"/files/three_poolings.csv?{query(wanted)}")
    assert status == 200 and headers["content-disposition"] == 'attachment; filename="three_poolings.csv"'
    assert body.decode() == scripts.csv(explore(wanted).data)
    assert asked(served.url, "/files/three_poolings.R")[2].decode() == scripts.r_script(DEFAULTS)


@pytest.mark.parametrize(("path", "status", "told"), [
    ("three_poolings.csv?days=1", 422, "Days must be a whole number between 3 and 20"),
    ("three_poolings.csv?missing=0.9&days=3", 422, "Lower it, or raise Days"),
    ("panels.png?dpi=9999", 422, "dpi must be a whole number from 72 to 600, not 9999"),
    ("panels.png?width=nan", 422, "width must be a number from 2 to 16"),
    ("panels.png?show=all", 422, "show must be some of complete"),
    ("panels.gif", 404, "panels.svg"), ("..%2Fsetup.cfg", 404, ""), ("nothing", 404, "three_poolings.csv")])
def test_what_is_wrong_with_an_address_is_told(served, path, status, told):
    got, _, body = asked(served.url, f"/files/{path}")
    assert got == status and told in body.decode()


def test_a_figure_has_the_size_that_its_address_says(served):
    from PIL import Image

    status, headers, body = asked(served.url, "/files/shrinkage.png?width=4&dpi=100")
    assert status == 200 and headers["content-type"] == "image/png"
    image = Image.open(BytesIO(body))
    assert image.size[0] == 400 and image.info["dpi"][0] == pytest.approx(100, abs=0.1)
    assert image.info["Description"].startswith("Each subject’s slope against its intercept")


@pytest.mark.parametrize("name", plots.NAMES)
@pytest.mark.parametrize("layers", [("complete", "none", "partial"), ("truth",), ()])
def test_a_figure_draws_the_lines_that_are_shown(name, layers):
    screen = explore(settings(subjects=3, missing=0.3))
    plot = getattr(plots, name)(screen, layers)
    frames = [plot.data, *(layer._data for layer in plot.layers)]
    named = {label for frame in frames if "line" in (() if frame is None else frame) for label in frame["line"]}
    drawn = set(layers) - ({"complete"} if name == "shrinkage" else set())
    assert named - {"Population"} == {plots.SHOWN[one] for one in drawn}
    assert plots.drawn(name, settings(subjects=3), "svg", 4, 72, layers).lstrip().startswith(b"<?xml")


def test_lines_differ_in_grey_too():
    from matplotlib.colors import to_rgb

    grey = {one: sum(part * weight for part, weight in zip(to_rgb(colour), (0.2126, 0.7152, 0.0722), strict=True))
            for one, colour in plots._colours().items()}
    assert len(set(plots.LINES.values())) == len(plots.LINES)
    assert min(abs(grey["partial"] - grey["none"]), abs(grey["truth"] - grey["partial"])) > 0.1


def test_several_processes_serve_one_visitor():
    """A session is with one process; the files and the page come from any, and all give the same."""
    with Served(workers=2) as running:
        visitors = [Visitor(running.url) for _ in range(8)]
        for at, visitor in enumerate(visitors):
            visitor.change({"seed": str(at), "days": "5"})
        for at, visitor in enumerate(visitors):
            assert visitor.errors == {} and visitor.problems == {}
            assert f"set.seed({at})" in visitor.shown["r_code"]
            bodies = {asked(running.url, f"/files/{name}?{visitor.query}")[2] for name in FILES for _ in range(4)}
            assert len(bodies) == len(FILES)
            visitor.close()
        assert asked(running.url, "/")[0] == 200
    assert running.said == []
