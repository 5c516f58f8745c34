//! What the guard stops, and what it must let pass.

use super::Personal::{Address, Birth, Email, IdentityNumber, MedicalRecord, Name, Phone};
use super::*;
use proptest::prelude::*;

#[test]
fn columns_that_name_a_patient_are_known_in_seven_languages() {
    let check =
        |label: &str, expected: Personal| assert_eq!(personal_label(label), Some(expected), "{label}");
    for label in
        ["patient_name", "patientName", "Surname", "FIRST NAME", "Nom du patient", "prénom", "Apellidos"]
    {
        check(label, Name);
    }
    for label in [
        "Sobrenome",
        "Фамилия",
        "Ф.И.О.",
        "اسم المريض",
        "患者姓名",
        "病人的姓名",
        "name_of_patient",
        "patient's name",
    ] {
        check(label, Name);
    }
    for label in
        ["DOB", "dob", "Date of birth", "date_de_naissance", "Fecha de nacimiento", "Data de nascimento"]
    {
        check(label, Birth);
    }
    for label in ["Дата рождения", "تاريخ الميلاد", "出生日期", "patient_dob", "patientBirthDate"]
    {
        check(label, Birth);
    }
    for label in
        ["address", "home_address", "Адрес", "dirección", "endereço", "العنوان", "住址", "patient address"]
    {
        check(label, Address);
    }
    for label in
        ["Phone", "phone_number", "Téléphone", "Teléfono", "Телефон", "رقم الهاتف", "手机号", "patient tel"]
    {
        check(label, Phone);
    }
    for label in
        ["Passport No.", "national_id", "Cédula", "DNI", "CPF", "паспорт", "رقم الهوية", "身份证号", "SSN"]
    {
        check(label, IdentityNumber);
    }
    for label in
        ["MRN", "medical record number", "patient_id", "Hospital No", "Prontuário", "رقم الملف", "病历号"]
    {
        check(label, MedicalRecord);
    }
    check("e-mail", Email);
    check("patient email", Email);
}

#[test]
fn columns_of_the_templates_pass() {
    for label in [
        "sample",
        "isolate",
        "strain",
        "name",
        "Virus name",
        "virus_name",
        "covv_virus_name",
        "covv_patient_age",
        "covv_patient_status",
        "covv_gender",
        "covv_orig_lab_addr",
        "covv_subm_lab_addr",
        "covv_provider_sample_id",
        "submitter",
        "fn",
        "authors",
        "collector name",
        "collecting institution",
        "host subject id",
        "host common name",
        "host scientific name",
        "scientific_name",
        "lab_phone",
        "Laboratory address",
        "submitter email",
        "sequencedByContactEmail",
        "sequencedByContactName",
        "authorAffiliations",
        "specimenCollectorSampleId",
        "geoLocAdmin1",
        "hostAge",
        "sample name",
        "Sequence_ID",
        "Collection_date",
        "Collected_by",
        "place of residence",
        "number of days",
        "file name",
        "collection_date",
        "实验室地址",
        "采样地址",
        "样本名字",
        "CNS symptoms",
    ] {
        assert_eq!(personal_label(label), None, "{label}");
    }
    // Fields of Pathoplexus, of ENA's checklist ERC000033, and words that look like labels.
    let fields = "accession ampliconPcrPrimerScheme anatomicalPart authorAffiliations bodyProduct cellLine \
                  collectionDevice cultureId dataUseTerms diagnosticTargetGeneName displayName environmentalSite \
                  exposureSetting foodProduct geoLocCity geoLocLatitude geoLocSite groupId groupName hostAgeBin \
                  hostHealthOutcome hostNameCommon hostNameScientific hostOriginCountry hostRole hostTaxonId isLabHost \
                  ncbiSubmitterCountry ncbiVirusName passageMethod previousInfectionOrganism purposeOfSampling \
                  qualityControlMethodName sequencedByContactName sequencedByOrganization signsAndSymptoms \
                  specimenCollectorSampleId submittedDate travelHistory versionComment";
    let ena = "subject exposure|subject exposure duration|type exposure|personal protective equipment|hospitalisation|\
               illness duration|illness symptoms|geographic location (latitude)|sample capture status|host disease outcome|\
               host subject id|host health state|virus identifier|receipt date|sample storage conditions|host habitat|\
               isolation source host-associated|host description|gravidity|host behaviour|mobile clinic|Tel Aviv|\
               street food|portable sequencer|Address of the laboratory|patient age|patient status|patient sex";
    for label in fields.split_whitespace().chain(ena.split('|')) {
        assert_eq!(personal_label(label), None, "{label}");
    }
    assert_eq!(personal_in_text("Israel: Tel Aviv: Jaffa"), None);
    for column in crate::submission::hearth_columns() {
        assert_eq!(personal_label(column.name), None);
        assert_eq!(personal_in_text(column.example), None);
    }
}

#[test]
fn headers_that_identify_a_patient_are_stopped() {
    let check =
        |header: &str, expected: Personal| assert_eq!(personal_in_header(header), Some(expected), "{header}");
    check(">S1|patient_name=Jane Doe", Name);
    check(">S1 surname: Doe; swab", Name);
    check(">S1|jane.doe@example.org", Email);
    check(">S1|DOB_1980-05-03", Birth);
    check(">S1|dob:03/05/1980", Birth);
    check(">S1 born 3 May 1980", Birth);
    check(">S1 +254 700 123 456", Phone);
    check(">S1|+254700123456|Kenya", Phone);
    check(">S1 tel 0700 123 456", Phone);
    check(">S1|GSM-0700123456|Kenya", Phone);
    check(">S1 (555) 123-4567", Phone);
    check(">S1|passport=A1234567", IdentityNumber);
    check(">S1|MRN:4711", MedicalRecord);
    check(">S1|11010519491231002X", IdentityNumber);
    check(">S1|529.982.247-25", IdentityNumber);
    check(">S1|出生日期：1980-05-03", Birth);
    check(">S1 дата рождения 03.05.1980", Birth);
}

#[test]
fn headers_as_laboratories_write_them_pass() {
    for header in [
        ">hCoV-19/Kenya/K-1234/2024",
        ">hCoV-19/Kenya/GSM-1000000/1990|EPI_ISL_1000000|1990-05-03",
        ">hCoV-19/South Africa/NICD-N0417/2021|EPI_ISL_1234567|2021-05-03",
        ">NC_045512.2 Severe acute respiratory syndrome coronavirus 2 isolate Wuhan-Hu-1, complete genome",
        ">A/Kenya/2024-0512-001/2024|HA|H3N2",
        ">PP_0052WW2.1|Kenya|2024-05-03",
        ">sample_20240503_0012345678",
        ">K1 host=Homo sapiens; country=Kenya: Nakuru; collection_date=2024-05-03",
        ">K1 [organism=Mpox virus] [isolate=K1] [strain=x] [geo_loc_name=Kenya: Nairobi]",
        ">lcl|OQ123456.1",
        ">K1 lat=-1.2921 lon=+36.8219046",
        ">2024-05-03T19:23:10+00:00",
        ">barcode01/ARTIC/medaka MN908947.3",
        ">Hotel-1234567/2024",
        ">Newborn_12_2024",
        ">DOBV/2024/1",
        ">123.456.789-00",
        ">110105194912310021",
        ">SRR12345678.1 length=150",
        ">K1 patient_name=NA",
        ">gnl|BioSample|SAMN12345678",
        ">",
        "",
    ] {
        assert_eq!(personal_in_header(header), None, "{header}");
    }
}

proptest! {
    #[test]
    fn no_text_breaks_it(text in "\\PC{0,80}") {
        let _ = (personal_in_header(&text), personal_label(&text), is_about_people_at_work(&text));
    }

    #[test]
    fn names_of_viruses_pass(lab in "[A-Z]{2,6}|GSM|TEL|PHONE", number in 0u32..100_000_000, year in 1990u32..2030) {
        // What says "born" with digits behind it is stopped, whoever is called so.
        prop_assume!(!["DOB", "BORN", "NACIDO", "NACIDA"].contains(&lab.as_str()));
        let header = format!(">hCoV-19/Kenya/{lab}-{number}/{year}|EPI_ISL_{number}|{year}-05-03");
        prop_assert_eq!(personal_in_header(&header), None);
    }
}
