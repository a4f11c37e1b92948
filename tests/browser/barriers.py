"""What bars people from a page, by axe-core: all its rules, and that targets are large enough (WCAG 2.2 AA)."""

from pathlib import Path
from typing import Any, Final

from playwright.async_api import Page

AXE: Final = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"

_RUN: Final = """
async () => {
  // Its rules ask for no files: a page may load none of them.
  const found = await axe.run(document, {preload: false, rules: {'target-size': {enabled: true}}});
  return found.violations.map(({id, help, nodes}) => ({id, help, where: nodes.map(node => node.html)}));
}
"""


async def barriers_on(page: Page) -> list[str]:
    """Each barrier in a line: its rule, what is wrong, and the markup of the first place."""
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = await page.evaluate(_RUN)
    return [f"{each['id']}: {each['help']} ({len(each['where'])} times, first {each['where'][0]})" for each in found]
