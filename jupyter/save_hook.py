"""Keeps saved notebooks as the notebook runner writes them, so that git stays clean.

JupyterLab's renderers add pictures of their own to an output when a notebook is saved: the Vega
and plotly ones an image/png, mermaid's an image/svg+xml and its version. The lab's own outputs
carry their pictures already (see the chart bundle), so what the renderers add is dropped.
"""

RENDERED = {
    "application/vnd.vegalite.v5+json": ("image/png",),
    "application/vnd.vega.v5+json": ("image/png",),
    "application/vnd.plotly.v1+json": ("image/png",),
    "text/vnd.mermaid": ("image/svg+xml",),
}


def drop_rendered_pictures(model, **_):
    """Jupyter's pre_save_hook: changes the notebook in place before it is written."""
    if model["type"] != "notebook" or model["content"]["nbformat"] != 4:
        return
    for cell in model["content"]["cells"]:
        for output in cell.get("outputs", []):
            clean_output(output)


def clean_output(output):
    """Drops from one output what a renderer added to it."""
    data = output.get("data", {})
    for mime_type, added in RENDERED.items():
        if mime_type not in data:
            continue
        for picture in added:
            data.pop(picture, None)
        if mime_type == "text/vnd.mermaid":
            output.get("metadata", {}).pop(mime_type, None)
