"""Every exported dataset in the order of its folder."""

from pipeline.export.dataset import Domain
from pipeline.export.domains.adrs import ADRS
from pipeline.export.domains.adsl import ADSL
from pipeline.export.domains.adtr import ADTR
from pipeline.export.domains.adtte import ADTTE
from pipeline.export.domains.pr import PR
from pipeline.export.domains.relrec import RELREC
from pipeline.export.domains.rs import RS
from pipeline.export.domains.supp import supplemental
from pipeline.export.domains.tr import TR
from pipeline.export.domains.tu import TU

SUPPTU = supplemental(TU)
SUPPTR = supplemental(TR)

DOMAINS: tuple[Domain, ...] = (PR, TU, TR, RS, SUPPTU, SUPPTR, RELREC, ADSL, ADTR, ADRS, ADTTE)
"""SDTM first, then ADaM."""
