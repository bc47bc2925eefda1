"""Notebooks as HTML: charts that play do so in the exported page too, without a network.

JupyterLab's "Save and Export Notebook As" uses this, and on the command line
`jupyter nbconvert --config=jupyter/jupyter_nbconvert_config.py --to html NOTEBOOK`.
"""

from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent

c = get_config()  # noqa: F821  (Jupyter provides it)

c.HTMLExporter.template_name = "kafka-lab"
c.HTMLExporter.extra_template_basedirs = [str(PROJECT / "jupyter" / "nbconvert" / "templates")]
c.HTMLExporter.extra_template_paths = [str(PROJECT / "node_modules" / "vega" / "build")]
