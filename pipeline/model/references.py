"""What every citation key stands for: the one list from which pages, reports and tables resolve a key.

S1 to S28 are the sources of the rule book (docs/rules.md); the others go by first author and year, or by the name
of a program. docs/references.md is written from this list (`make docs`), and a test fails for a key that is cited
and not listed here, or listed and not cited. Keys in a text are found by pipeline.model.citations.
"""

from dataclasses import dataclass
from enum import StrEnum


class ReadExtent(StrEnum):
    """How far we read a source; it limits the mark that a rule from it may carry."""

    SOURCE = "the source itself"
    PART = "a table or a passage of the source"
    ABSTRACT = "its abstract"
    COPY = "a copy, summary or excerpt by others"
    USED = "the program, as used or compared with"
    NOT_NOTED = "no note that it was read"


@dataclass(frozen=True)
class Reference:
    """One source.

    key: as citations write it. by: authors or body. place: journal, year and pages, or publisher. identifiers: DOI,
    PMID, PMC, NCT, CFR or document number, else where it can be read. names: what it is also called in a text.
    background: listed for orientation although nothing cites it.
    """

    key: str
    by: str
    title: str
    place: str
    identifiers: tuple[str, ...]
    read: ReadExtent
    names: tuple[str, ...] = ()
    background: bool = False

    @property
    def text(self) -> str:
        """The source in one line, without its identifiers."""
        return ". ".join(part.rstrip(".") for part in (self.by, self.title, self.place)) + "."


RULE_BOOK_SOURCES: tuple[Reference, ...] = (
    Reference(
        "S1",
        "Memorial Sloan Kettering Cancer Center",
        "Trial page of protocol 19-125 (RETNET)",
        "Institution's web pages",
        ("MSK 19-125", "www.mskcc.org"),
        ReadExtent.SOURCE,
    ),
    Reference(
        "S2",
        "Chen JX, Wileyto EP, Soulen MC",
        "Randomized Embolization Trial for NeuroEndocrine Tumor Metastases to the Liver (RETNET): study protocol for "
        "a randomized controlled trial",
        "Trials 2018;19:390 (abstract and table 1)",
        ("doi:10.1186/s13063-018-2782-5",),
        ReadExtent.ABSTRACT,
        ("Chen 2018",),
    ),
    Reference(
        "S3",
        "ClinicalTrials.gov, with copies at trials.co and medifind (4375006)",
        "Registry entry of RETNET",
        "Registry, state of May 2022",
        ("NCT02724540",),
        ReadExtent.SOURCE,
    ),
    Reference(
        "S4",
        "Report from CIRSE 2019",
        "RETNET: closure of the arm of drug-eluting beads with doxorubicin",
        "blearning.net",
        ("blearning.net/retnet-deb-dox-treatment",),
        ReadExtent.COPY,
    ),
    Reference(
        "S5",
        "Eisenhauer EA, Therasse P, Bogaerts J, et al",
        "New response evaluation criteria in solid tumours: revised RECIST guideline (version 1.1)",
        "Eur J Cancer 2009;45:228-247 (read in the copy of emera86/SASmanual-MkDocs, recist.md)",
        ("doi:10.1016/j.ejca.2008.10.026", "PMID 19097774"),
        ReadExtent.COPY,
        ("Eisenhauer 2009", "Eisenhauer", "RECIST 1.1"),
    ),
    Reference(
        "S6",
        "EORTC, RECIST working group",
        "Questions and answers on RECIST 1.1",
        "Web pages of the working group",
        ("recist.eortc.org", "eortc.be"),
        ReadExtent.SOURCE,
        ("EORTC",),
    ),
    Reference(
        "S7",
        "Biomarker Research",
        "Imaging biomarkers for evaluating tumor response: RECIST and beyond (table 2: mRECIST)",
        "Biomark Res 2021;9",
        ("doi:10.1186/s40364-021-00306-8", "PMC8252278"),
        ReadExtent.PART,
    ),
    Reference(
        "S8",
        "PubMed Central",
        "Article with the response criteria of mRECIST in table 11 (authors and title not noted when it was read)",
        "Table 11",
        ("PMC9747269",),
        ReadExtent.PART,
    ),
    Reference(
        "S9",
        "van Roekel C",
        "Thesis on radioembolization with holmium-166, p. 51: RECIST and mRECIST",
        "Utrecht",
        ("publicatie-online.nl, number 143091",),
        ReadExtent.PART,
        ("van Roekel",),
    ),
    Reference(
        "S10",
        "PPAR Pathway",
        "Excerpt on response of hepatocellular carcinoma: effusion, ascites, new lesions",
        "pparpathway.com",
        ("pparpathway.com",),
        ReadExtent.COPY,
    ),
    Reference(
        "S11",
        "PubMed Central",
        "Article with the criteria of WHO and EASL in table 1; counts lipiodol as enhancing (authors and title not "
        "noted when it was read)",
        "Table 1",
        ("PMC3094725",),
        ReadExtent.PART,
    ),
    Reference(
        "S12",
        "Luo Y, Chen J, Huang K, et al; Radiopaedia; PMID 31477779",
        "Early evaluation of sunitinib for the treatment of advanced gastroenteropancreatic neuroendocrine neoplasms "
        "via CT imaging: RECIST 1.1 or Choi Criteria?; with the page on Choi criteria of Radiopaedia and a third "
        "paper on modified Choi",
        "BMC Cancer 2017;17:154",
        ("doi:10.1186/s12885-017-3150-7", "PMID 31477779", "radiopaedia.org, Choi response criteria"),
        ReadExtent.PART,
        ("Luo 2017",),
    ),
    Reference(
        "S13",
        "Sahu S, Schernthaner R, Ardon R, et al",
        "Imaging biomarkers of tumor response in neuroendocrine liver metastases treated with transarterial "
        "chemoembolization: can enhancing tumor burden of the whole liver help predict patient survival?",
        "Radiology 2017;283:883-894",
        ("PMID 27831830",),
        ReadExtent.ABSTRACT,
        ("Sahu 2017",),
    ),
    Reference(
        "S14",
        "Luo Y, Ameli S, Pandey A, et al; Gowdra Halappa V, Corona-Villalobos CP, Bonekamp S, et al",
        "Semi-quantitative visual assessment of hepatic tumor burden can reliably predict survival in neuroendocrine "
        "liver metastases treated with transarterial chemoembolization; Neuroendocrine liver metastasis treated by "
        "using intraarterial therapy: volumetric functional imaging biomarkers of early tumor response and survival",
        "Eur Radiol 2019;29(11) and Radiology 2013;266:502-513; the -65 % of volumes from an excerpt at "
        "micrornainhibitors.com",
        ("doi:10.1148/radiol.12120495", "PMID 23192780", "PMC4104809"),
        ReadExtent.ABSTRACT,
    ),
    Reference(
        "S15",
        "Yoon SH, Kim KW, Goo JM, et al; Huh J, Park J, Kim KW, et al",
        "Observer variability in RECIST-based tumour burden measurements: a meta-analysis; Optimal phase of dynamic "
        "computed tomography for reliable size measurement of metastatic neuroendocrine tumors of the liver",
        "Eur J Cancer 2016;53:5-15 and Korean J Radiol 2018;19(6)",
        ("PMID 26687017",),
        ReadExtent.ABSTRACT,
        ("Yoon", "Huh"),
    ),
    Reference(
        "S16",
        "US Food and Drug Administration",
        "Guidance for Industry: Clinical Trial Endpoints for the Approval of Cancer Drugs and Biologics, May 2007 "
        "(tables A, B, C; pages 12, 18, 20); the edition for non-small cell lung cancer, April 2015, by its contents "
        "list only; the edition of December 2018 was not read",
        "FDA",
        ("FDA guidance, May 2007 (copy yumpu 33548289)", "FDA guidance, April 2015 (copy docplayer 11131088)"),
        ReadExtent.PART,
        ("FDA 2007", "FDA Table A", "Table A", "FDA"),
    ),
    Reference(
        "S17",
        "European Medicines Agency, CHMP",
        "Appendix 1 to the guideline on the evaluation of anticancer medicinal products in man: methodological "
        "consideration for using progression-free survival or disease-free survival in confirmatory trials, Rev. 1",
        "EMA",
        ("EMA/CHMP/27994/2008 Rev.1 (copy docplayer 20880525)",),
        ReadExtent.PART,
        ("EMA",),
    ),
    Reference(
        "S18",
        "Dugué AE, Pulido M, Chabaud S, Belin L, Gal J",
        "How to deal with interval-censored data practically while assessing the progression-free survival: a "
        "step-by-step guide using SAS and R software",
        "Clin Cancer Res 2016;22:5629-5635",
        ("doi:10.1158/1078-0432.CCR-16-1017",),
        ReadExtent.SOURCE,
        ("Dugué 2016",),
    ),
    Reference(
        "S19",
        "SIRFLOX and EPOCH investigators",
        "SIRFLOX: liver progression as a competing risk (abstract, COSA 2015); EPOCH: hepatic progression-free "
        "survival, defined on the sponsor's pages",
        "COSA 2015; bostonscientific.com",
        ("NCT00724503", "NCT01483027"),
        ReadExtent.ABSTRACT,
        ("SIRFLOX", "EPOCH"),
    ),
    Reference(
        "S20",
        "Ford RR, O'Neal M, Moskowitz SC, Fraunberger J",
        "Adjudication rates between readers in blinded independent central review of oncology studies; with trade "
        "articles on read designs (appliedclinicaltrialsonline, healthscienceweb)",
        "J Clin Trials 2016;6(5)",
        ("longdom.org, number 51257",),
        ReadExtent.ABSTRACT,
        ("Ford 2016",),
    ),
    Reference(
        "S21",
        "US Food and Drug Administration",
        "Clinical Trial Imaging Endpoint Process Standards: Guidance for Industry, April 2018 (summary and opening "
        "only)",
        "FDA",
        ("FDA guidance, April 2018 (copy docslib 4388579)",),
        ReadExtent.PART,
    ),
    Reference(
        "S22",
        "US Code of Federal Regulations",
        "Electronic records; electronic signatures",
        "Title 21, part 11",
        ("21 CFR 11.10", "21 CFR 11.50"),
        ReadExtent.SOURCE,
    ),
    Reference(
        "S23",
        "CDISC",
        "Drafts of the RECIST 1.1 supplement to the tumor domains TU, TR and RS",
        "wiki-test.cdisc.org",
        ("wiki-test.cdisc.org, RECIST 1.1 drafts",),
        ReadExtent.SOURCE,
    ),
    Reference(
        "S24",
        "CDISC; pharmaverse",
        "SDTM controlled terminology of 2015-12-18, as held by cdisc-org/cdisc-rules-engine; test data of "
        "pharmaversesdtm",
        "CDISC, NCI EVS; pharmaverse",
        ("SDTM CT 2015-12-18", "cdisc-org/cdisc-rules-engine", "pharmaverse/pharmaversesdtm"),
        ReadExtent.SOURCE,
        ("pharmaversesdtm",),
    ),
    Reference(
        "S25",
        "pharmaverse",
        "admiralonco: derivations and templates of ADRS, ADTR and ADTTE, version 1.0",
        "R package, templates ad_adrs, ad_adtr, ad_adtte",
        ("pharmaverse/admiralonco",),
        ReadExtent.SOURCE,
        ("admiralonco",),
    ),
    Reference(
        "S26",
        "CDISC",
        "Dataset-JSON, version 1.1 (2024-12-05)",
        "CDISC",
        ("cdisc-org/DataExchange-DatasetJson",),
        ReadExtent.SOURCE,
        ("Dataset-JSON",),
    ),
    Reference(
        "S27",
        "pharmaverse (xportr), xportrs; SAS",
        "Limits of SAS transport files for submissions, version 5 (agency_standards of xportr); layout by TS-140",
        "R and Rust packages; SAS Technical Support",
        ("xportr, agency_standards", "SAS TS-140"),
        ReadExtent.COPY,
        ("TS-140",),
    ),
    Reference(
        "S28",
        "NEMA; pydicom; highdicom; PyDicomVerify; Innolitics",
        "DICOM PS3.3, PS3.5, PS3.16 as held by the code dictionaries of pydicom, by highdicom (Bridge CP, et al. J "
        "Digit Imaging 2022;35:1719-1737), by strval.tpl of PyDicomVerify and by attributes.json of Innolitics",
        "DICOM standard",
        ("NEMA PS3 / ISO 12052", "doi:10.1007/s10278-022-00683-y"),
        ReadExtent.COPY,
        ("DICOM", "highdicom", "PS3.3", "PS3.5"),
    ),
)
"""The sources of the rule book, S1 to S28."""

FURTHER_SOURCES: tuple[Reference, ...] = (
    Reference(
        "Aalen 1978",
        "Aalen O",
        "Nonparametric estimation of partial transition probabilities in multiple decrement models",
        "Ann Stat 1978;6:534-545",
        ("doi:10.1214/aos/1176344198",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Aalen & Johansen 1978",
        "Aalen OO, Johansen S",
        "An empirical transition matrix for non-homogeneous Markov chains based on censored observations",
        "Scand J Stat 1978;5:141-150",
        (),
        ReadExtent.NOT_NOTED,
        ("Aalen-Johansen",),
    ),
    Reference(
        "Brookmeyer 1982",
        "Brookmeyer R, Crowley J",
        "A confidence interval for the median survival time",
        "Biometrics 1982;38:29-41",
        ("doi:10.2307/2530286",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Choudhury 2002",
        "Choudhury JB",
        "Non-parametric confidence interval estimation for competing risks analysis: application to contraceptive data",
        "Stat Med 2002;21:1129-1144",
        ("doi:10.1002/sim.1070",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "CDISC standards",
        "CDISC",
        "SDTM Implementation Guide 3.3, ADaM Implementation Guide 1.1, Define-XML 2.1",
        "CDISC",
        ("SDTMIG 3.3", "ADaMIG 1.1", "Define-XML 2.1"),
        ReadExtent.NOT_NOTED,
        ("SDTMIG", "ADaMIG", "Define-XML"),
    ),
    Reference(
        "cmprsk",
        "Gray RJ",
        "cmprsk: subdistribution analysis of competing risks",
        "R package, version 2.2-11",
        ("R package cmprsk",),
        ReadExtent.USED,
    ),
    Reference(
        "Chambolle 2011",
        "Chambolle A, Pock T",
        "A first-order primal-dual algorithm for convex problems with applications to imaging",
        "J Math Imaging Vis 2011;40:120-145",
        ("doi:10.1007/s10851-010-0251-1",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Cox 1972",
        "Cox DR",
        "Regression models and life-tables",
        "J R Stat Soc B 1972;34:187-220",
        ("doi:10.1111/j.2517-6161.1972.tb00899.x",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Cuisenaire 1999",
        "Cuisenaire O, Macq B",
        "Fast Euclidean morphological operators using local distance transformation by propagation, and applications",
        "7th Int Conf Image Processing and its Applications 1999;856-860",
        ("doi:10.1049/cp:19990446",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Efron 1977",
        "Efron B",
        "The efficiency of Cox's likelihood function for censored data",
        "J Am Stat Assoc 1977;72:557-565",
        ("doi:10.1080/01621459.1977.10480613",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Gray 1988",
        "Gray RJ",
        "A class of K-sample tests for comparing the cumulative incidence of a competing risk",
        "Ann Stat 1988;16:1141-1154",
        ("doi:10.1214/aos/1176350951",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Minka 2001",
        "Minka TP",
        "Expectation propagation for approximate Bayesian inference",
        "Proc Uncertainty in Artificial Intelligence 2001;17:362-369",
        ("arXiv:1301.2294",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Rasmussen 2006",
        "Rasmussen CE, Williams CKI",
        "Gaussian processes for machine learning",
        "MIT Press, Cambridge (Massachusetts) 2006",
        ("ISBN 978-0-262-18253-9",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Swinbank 2006",
        "Swinbank R, Purser RJ",
        "Fibonacci grids: a novel approach to global modelling",
        "Q J R Meteorol Soc 2006;132:1769-1793",
        ("doi:10.1256/qj.05.227",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "greedy",
        "Yushkevich PA, Pluta J, Wang H, et al",
        "Fast automatic segmentation of hippocampal subfields and medial temporal lobe subregions in 3 Tesla and 7 "
        "Tesla T2-weighted MRI; the program is picsl-greedy, Apache-2.0 from 1.4.0.3 on",
        "Alzheimers Dement 2016;12:P126-P127",
        ("doi:10.1016/j.jalz.2016.06.205", "Python package picsl-greedy"),
        ReadExtent.USED,
        ("Yushkevich", "picsl-greedy"),
    ),
    Reference(
        "Kalbfleisch 2002",
        "Kalbfleisch JD, Prentice RL",
        "The Statistical Analysis of Failure Time Data, 2nd edition",
        "Wiley, 2002",
        ("doi:10.1002/9781118032985",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Kaplan 1958",
        "Kaplan EL, Meier P",
        "Nonparametric estimation from incomplete observations",
        "J Am Stat Assoc 1958;53:457-481",
        ("doi:10.1080/01621459.1958.10501452",),
        ReadExtent.NOT_NOTED,
        ("Kaplan-Meier",),
    ),
    Reference(
        "Knutsson 1993",
        "Knutsson H, Westin CF",
        "Normalized and differential convolution",
        "Proc CVPR 1993;515-523",
        ("doi:10.1109/CVPR.1993.341081",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Kuhn 1955",
        "Kuhn HW",
        "The Hungarian method for the assignment problem",
        "Naval Res Logist Q 1955;2:83-97",
        ("doi:10.1002/nav.3800020109",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Lencioni 2010",
        "Lencioni R, Llovet JM",
        "Modified RECIST (mRECIST) assessment for hepatocellular carcinoma",
        "Semin Liver Dis 2010;30:52-60",
        ("doi:10.1055/s-0030-1247132", "PMID 20175033"),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "lifelines",
        "Davidson-Pilon C",
        "lifelines: survival analysis in Python",
        "J Open Source Softw 2019;4:1317",
        ("doi:10.21105/joss.01317", "Python package lifelines"),
        ReadExtent.USED,
    ),
    Reference(
        "Lorensen 1987",
        "Lorensen WE, Cline HE",
        "Marching cubes: a high resolution 3D surface construction algorithm",
        "Comput Graph (SIGGRAPH) 1987;21:163-169",
        ("doi:10.1145/37402.37422",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Mantel 1966",
        "Mantel N",
        "Evaluation of survival data and two new rank order statistics arising in its consideration",
        "Cancer Chemother Rep 1966;50:163-170",
        ("PMID 5910392",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Mattes 2003",
        "Mattes D, Haynor DR, Vesselle H, Lewellen TK, Eubank W",
        "PET-CT image registration in the chest using free-form deformations",
        "IEEE Trans Med Imaging 2003;22:120-128",
        ("doi:10.1109/TMI.2003.809072",),
        ReadExtent.NOT_NOTED,
        ("Mattes",),
    ),
    Reference(
        "Moawad 2021",
        "Moawad AW, Fuentes D, Morshid A, et al",
        "Multimodality annotated HCC cases with and without advanced imaging segmentation (HCC-TACE-Seg), CC BY 4.0",
        "The Cancer Imaging Archive, 2021",
        ("doi:10.7937/TCIA.5FNA-0924",),
        ReadExtent.USED,
        ("HCC-TACE-Seg",),
    ),
    Reference(
        "Moawad 2023",
        "Moawad AW, Morshid A, Khalaf AM, et al",
        "Multimodality annotated hepatocellular carcinoma data set including pre- and post-TACE with imaging "
        "segmentation",
        "Sci Data 2023;10:33",
        ("doi:10.1038/s41597-023-01928-3",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Peto 1972",
        "Peto R, Peto J",
        "Asymptotically efficient rank invariant test procedures",
        "J R Stat Soc A 1972;135:185-207",
        ("doi:10.2307/2344317",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Ragnemalm 1992",
        "Ragnemalm I",
        "Fast erosion and dilation by contour processing and thresholding of distance maps",
        "Pattern Recognit Lett 1992;13:161-166",
        ("doi:10.1016/0167-8655(92)90055-5",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Seymour 2017",
        "Seymour L, Bogaerts J, Perrone A, et al",
        "iRECIST: guidelines for response criteria for use in trials testing immunotherapeutics",
        "Lancet Oncol 2017;18:e143-e152",
        ("doi:10.1016/S1470-2045(17)30074-8", "PMID 28271869"),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Simpson 2023",
        "Simpson AL, Peoples J, Creasy JM, et al",
        "Preoperative CT and survival data for patients undergoing resection of colorectal liver metastases "
        "(Colorectal-Liver-Metastases), CC BY 4.0",
        "The Cancer Imaging Archive, 2023",
        ("doi:10.7937/QXK2-QG03",),
        ReadExtent.USED,
    ),
    Reference(
        "survival",
        "Therneau TM",
        "survival: survival analysis",
        "R package, version 3.5-3",
        ("R package survival",),
        ReadExtent.USED,
        ("R `survival`", "R's `survival`"),
    ),
    Reference(
        "Tang 2020",
        "Tang X, et al",
        "Whole liver segmentation based on deep learning and manual adjustment for clinical use in SIRT; the program "
        "is pyliverlesionseg 0.3, Apache-2.0",
        "Eur J Nucl Med Mol Imaging 2020;47",
        ("doi:10.1007/s00259-020-04800-3", "Python package pyliverlesionseg"),
        ReadExtent.USED,
        ("pyliverlesionseg",),
    ),
    Reference(
        "TotalSegmentator",
        "Wasserthal J, Breit HC, Meyer MT, et al",
        "TotalSegmentator: robust segmentation of 104 anatomic structures in CT images (its example CT and MR and "
        "their silver masks)",
        "Radiol Artif Intell 2023;5:e230024",
        ("doi:10.1148/ryai.230024",),
        ReadExtent.USED,
    ),
    Reference(
        "Turnbull 1976",
        "Turnbull BW",
        "The empirical distribution function with arbitrarily grouped, censored and truncated data",
        "J R Stat Soc B 1976;38:290-295",
        ("doi:10.1111/j.2517-6161.1976.tb01597.x",),
        ReadExtent.NOT_NOTED,
        ("Turnbull",),
    ),
    Reference(
        "Ulyanov 2016",
        "Ulyanov D, Vedaldi A, Lempitsky V",
        "Instance normalization: the missing ingredient for fast stylization",
        "arXiv, 2016",
        ("arXiv:1607.08022",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Vivanti 2017",
        "Vivanti R, Szeskin A, Lev-Cohain N, et al.",
        "Automatic detection of new tumors and tumor burden evaluation in longitudinal liver CT scan studies",
        "Int J Comput Assist Radiol Surg 2017;12(11)",
        (),
        ReadExtent.ABSTRACT,
    ),
    Reference(
        "Wellner 1997",
        "Wellner JA, Zhan Y",
        "A hybrid algorithm for computation of the nonparametric maximum likelihood estimator from censored data",
        "J Am Stat Assoc 1997;92:945-959",
        (),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Clopper 1934",
        "Clopper CJ, Pearson ES",
        "The use of confidence or fiducial limits illustrated in the case of the binomial",
        "Biometrika 1934;26:404-413",
        ("doi:10.1093/biomet/26.4.404",),
        ReadExtent.NOT_NOTED,
    ),
    Reference(
        "Choi 2007",
        "Choi H, Charnsangavej C, Faria SC, et al",
        "Correlation of computed tomography and positron emission tomography in patients with metastatic "
        "gastrointestinal stromal tumor treated at a single institution with imatinib mesylate: proposal of new "
        "computed tomography response criteria",
        "J Clin Oncol 2007;25:1753-1759",
        ("doi:10.1200/JCO.2006.07.3049", "PMID 17470865"),
        ReadExtent.NOT_NOTED,
        background=True,
    ),
)
"""Papers on methods, data and programs that code and pages cite beside the rule book's sources."""

REFERENCES: tuple[Reference, ...] = (*RULE_BOOK_SOURCES, *FURTHER_SOURCES)
"""Every source, those of the rule book first."""

BY_KEY = {reference.key: reference for reference in REFERENCES}
"""The source of each key."""
