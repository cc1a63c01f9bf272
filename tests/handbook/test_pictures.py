"""A picture can be read: nothing lies on anything else, every text fits, the same definitions give the same bytes."""

import re
from itertools import combinations
from xml.etree import ElementTree as ET

import pytest

from engine import handbook
from engine.handbook.layout import picture, segments
from engine.handbook.links import drawing
from engine.handbook.page import steps_of
from engine.model import Definitions
from engine.text import display_width

LANGUAGES = ("zh", "en")
#: What a terminal cell fills of a font's size: half of it for Chinese, up to this for bold Latin letters on average.
EM = 0.555


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_box_lies_on_another_and_no_arrow_crosses_one(shipped: Definitions, language: str) -> None:
    for name in shipped.processes:
        found = picture(drawing(shipped, name, language))
        rects = [rect for box in found.boxes for rect in (box.pill, box.rect)]
        assert not any(one.meets(other) for one, other in combinations(rects, 2)), name
        parts = [part for line in found.lines for part in segments(line)]
        assert not any(part.meets(rect) for part in parts for rect in rects), name
        bands = [band.rect for band in found.bands]
        assert not any(one.meets(other) for one, other in combinations(bands, 2)), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_arrows_of_two_steps_never_share_a_stretch(shipped: Definitions, language: str) -> None:
    for name in shipped.processes:
        found = picture(drawing(shipped, name, language))
        ends = {line.points[-1][0] for line in found.lines}  # into one box several may come the last bit together
        lanes = [(line.source, part) for line in found.lines for part in segments(line)[1:-1]]
        for (one, here), (other, there) in combinations(lanes, 2):
            alike = (here.width > 1) == (there.width > 1)
            assert one == other or not alike or not here.meets(there) or here.x in ends, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_fits_its_box(shipped: Definitions, language: str) -> None:
    for name in shipped.processes:
        found = picture(drawing(shipped, name, language))
        for box in found.boxes:
            room = box.rect.width - 9
            assert all(display_width(text) * 13 * EM <= room for text in box.title)
            assert all(display_width(text) * 11 * EM <= room for text in (box.opening, box.role, box.due))
            assert box.rect.x >= 0
            assert box.rect.x + box.rect.width <= found.width
            assert box.rect.y + box.rect.height <= found.height


def test_every_step_is_in_the_picture_and_it_is_xml(shipped: Definitions) -> None:
    for name, process in shipped.processes.items():
        text = handbook.svg(shipped, name, "zh")
        assert text == handbook.svg(shipped, name, "zh")
        root = ET.fromstring(text)
        boxes = [each for each in root.iter("{http://www.w3.org/2000/svg}rect") if each.get("class") == "box"]
        assert len(boxes) == len(steps_of(shipped, process))


def test_mermaid_has_each_step_once_and_arrows_between_known_steps(shipped: Definitions) -> None:
    for name, process in shipped.processes.items():
        text = handbook.mermaid(shipped, name, "en")
        boxes = re.findall(r"^    s_(\w+)\[", text, re.MULTILINE)
        assert sorted(boxes) == sorted(str(step.name) for step in steps_of(shipped, process))
        arrows = re.findall(r"^  s_(\w+) --> s_(\w+)$", text, re.MULTILINE)
        assert {end for arrow in arrows for end in arrow} <= set(boxes)


def test_a_step_is_led_to_by_the_step_whose_event_opens_it(small: Definitions) -> None:
    assert ("call", "after_call") in drawing(small, "care", "zh").arrows
